import type { IDataObject } from 'n8n-workflow';
import { listEngine } from '../../transport/list-engine';
import { listFields, readLimit } from '../list-fields';
import type { Operation } from '../operation';

/** The node's filter names and the engine's query fields. */
const FILTERS: Record<string, string> = {
  campaignId: 'campaign_id',
  chatId: 'chat_id',
  q: 'q',
  reference: 'reference',
  status: 'status',
  to: 'to',
};

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many messages',
  description: 'List messages, newest first',
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
          displayName: 'Campaign ID',
          name: 'campaignId',
          type: 'string',
          default: '',
          description: 'Only messages of this campaign',
        },
        {
          displayName: 'Chat ID',
          name: 'chatId',
          type: 'string',
          default: '',
          placeholder: 'e.g. 14155551234@c.us',
          description: 'Only messages to this chat or group',
        },
        {
          displayName: 'Reference',
          name: 'reference',
          type: 'string',
          default: '',
          placeholder: 'e.g. appointment-42',
          description: 'Only messages with this reference',
        },
        {
          displayName: 'Search',
          name: 'q',
          type: 'string',
          default: '',
          description: 'Only messages whose text contains this',
        },
        {
          displayName: 'Status',
          name: 'status',
          type: 'options',
          options: [
            { name: 'Canceled', value: 'canceled', description: 'Will never go out' },
            { name: 'Delivered', value: 'delivered', description: "Reached the recipient's phone" },
            { name: 'Failed', value: 'failed', description: 'Could not be sent' },
            { name: 'Queued', value: 'queued', description: 'Due, and goes out in its turn' },
            { name: 'Read', value: 'read', description: 'Seen by the recipient' },
            { name: 'Scheduled', value: 'scheduled', description: 'Waits for its date and time' },
            { name: 'Sending', value: 'sending', description: 'Handed to WhatsApp, not yet delivered' },
          ],
          default: 'scheduled',
          description: 'Only messages with this status',
        },
        {
          displayName: 'To',
          name: 'to',
          type: 'string',
          default: '',
          placeholder: 'e.g. +14155551234',
          description: 'Only messages to this phone number',
        },
      ],
    },
  ],
  async execute(context, itemIndex) {
    const filters = context.getNodeParameter('filters', itemIndex, {}) as IDataObject;
    const query: IDataObject = {};
    for (const [name, field] of Object.entries(FILTERS)) {
      if (filters[name]) query[field] = filters[name];
    }
    const limit = readLimit(context, itemIndex);
    return await listEngine(context, '/v1/scheduled-messages', query, { limit, itemIndex });
  },
};
