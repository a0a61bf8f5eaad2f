import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { campaignIdField, campaignPath } from './campaign-id';

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get a campaign',
  description: 'Read a campaign: its status and how many messages were sent, delivered, read and failed',
  fields: [campaignIdField],
  async execute(context, itemIndex) {
    return [await callEngine(context, { method: 'GET', path: campaignPath(context, itemIndex), itemIndex })];
  },
};
