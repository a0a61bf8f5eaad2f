import type { IDataObject } from 'n8n-workflow';
import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { readFilter } from '../read-text';
import { sequenceIdField, sequencePath } from './sequence-id';

export const stop: Operation = {
  value: 'stop',
  name: 'Stop',
  action: 'Stop a sequence',
  description: 'Cancel the steps of a sequence that have not gone out yet',
  fields: [
    {
      displayName: 'Stop',
      name: 'stopBy',
      type: 'options',
      noDataExpression: true,
      options: [
        {
          name: 'All That Match',
          value: 'match',
          description: 'Every active sequence with a reference, or to a person',
        },
        { name: 'One Sequence', value: 'id', description: 'The one that is chosen' },
      ],
      default: 'id',
      description: 'Which sequences to stop',
    },
    { ...sequenceIdField, displayOptions: { show: { stopBy: ['id'] } } },
    {
      displayName: 'Reference',
      name: 'reference',
      type: 'string',
      displayOptions: { show: { stopBy: ['match'] } },
      default: '',
      placeholder: 'e.g. order-42',
      description: 'Stop those that have this reference. Leave empty for any.',
    },
    {
      displayName: 'To',
      name: 'to',
      type: 'string',
      displayOptions: { show: { stopBy: ['match'] } },
      default: '',
      placeholder: 'e.g. +14155551234',
      description: 'Stop those to this phone number or chat. Leave empty for any.',
    },
  ],
  async execute(context, itemIndex) {
    if (context.getNodeParameter('stopBy', itemIndex, 'id') !== 'match') {
      const path = `${sequencePath(context, itemIndex)}/cancel`;
      return [await callEngine(context, { method: 'POST', path, itemIndex })];
    }
    const body: IDataObject = {};
    for (const name of ['reference', 'to']) {
      const value = readFilter(context, name, itemIndex);
      if (value) body[name] = value;
    }
    if (Object.keys(body).length === 0) {
      throw new Error('Nothing says which sequences to stop: fill in Reference, To, or both.');
    }
    return [await callEngine(context, { method: 'POST', path: '/v1/sequences/cancel', body, itemIndex })];
  },
};
