import { callEngine } from '../../../shared/call-engine';
import type { Operation } from '../operation';
import { readFilters } from '../read-field';
import { SEQUENCES, sequences } from './resource';

export const stop: Operation = {
  value: 'stop',
  name: 'Stop',
  action: 'Stop a sequence',
  description: 'Cancel the steps of a sequence that have not been sent yet',
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
          description: 'Every active sequence with this reference, or to this person',
        },
        { name: 'One Sequence', value: 'id', description: 'The sequence you choose' },
      ],
      default: 'id',
      description: 'Which sequences to stop',
    },
    { ...sequences.idField, displayOptions: { show: { stopBy: ['id'] } } },
    {
      displayName: 'Reference',
      name: 'reference',
      type: 'string',
      displayOptions: { show: { stopBy: ['match'] } },
      default: '',
      placeholder: 'e.g. order-42',
      description: 'Stop only sequences with this reference. Leave empty for any.',
    },
    {
      displayName: 'To',
      name: 'to',
      type: 'string',
      displayOptions: { show: { stopBy: ['match'] } },
      default: '',
      placeholder: 'e.g. +14155551234',
      description: 'Stop only sequences to this phone number or chat. Leave empty for any.',
    },
  ],
  async execute(context, itemIndex) {
    if (context.getNodeParameter('stopBy', itemIndex, 'id') !== 'match') {
      const path = sequences.chosenPath(context, itemIndex, 'cancel');
      return await callEngine(context, { method: 'POST', path, itemIndex });
    }
    const body = readFilters(
      context,
      ['reference', 'to'],
      itemIndex,
      'It is not clear which sequences to stop. Fill in Reference, To, or both.',
    );
    return await callEngine(context, { method: 'POST', path: `${SEQUENCES}/cancel`, body, itemIndex });
  },
};
