import type { IDataObject } from 'n8n-workflow';
import { listEngine } from '../../transport/list-engine';
import { listFields, readLimit } from '../list-fields';
import type { Operation } from '../operation';

const FILTERS = ['reference', 'status', 'to'];

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many sequences',
  description: 'List sequences, newest first',
  fields: [
    ...listFields,
    {
      displayName: 'Filters',
      name: 'filters',
      type: 'collection',
      placeholder: 'Add Filter',
      default: {},
      options: [
        {
          displayName: 'Reference',
          name: 'reference',
          type: 'string',
          default: '',
          placeholder: 'e.g. order-42',
          description: 'Only sequences with this reference',
        },
        {
          displayName: 'Status',
          name: 'status',
          type: 'options',
          options: [
            { name: 'Active', value: 'active', description: 'Steps are still to come' },
            { name: 'Canceled', value: 'canceled', description: 'Was stopped by you' },
            { name: 'Completed', value: 'completed', description: 'All steps went out' },
            { name: 'Stopped by Reply', value: 'stopped_by_reply', description: 'The recipient answered' },
          ],
          default: 'active',
          description: 'Only sequences with this status',
        },
        {
          displayName: 'To',
          name: 'to',
          type: 'string',
          default: '',
          placeholder: 'e.g. +14155551234',
          description: 'Only sequences to this phone number or chat',
        },
      ],
    },
  ],
  async execute(context, itemIndex) {
    const filters = context.getNodeParameter('filters', itemIndex, {}) as IDataObject;
    const query: IDataObject = {};
    for (const name of FILTERS) if (filters[name]) query[name] = filters[name];
    const limit = readLimit(context, itemIndex);
    return await listEngine(context, '/v1/sequences', query, { limit, itemIndex });
  },
};
