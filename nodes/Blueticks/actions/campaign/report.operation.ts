import { callEngine, pathTo } from '../../../shared/call-engine';
import type { Operation } from '../operation';
import { CAMPAIGNS, campaigns } from './resource';

export const report: Operation = {
  value: 'report',
  name: 'Get Report',
  action: 'Get the report of a campaign',
  description:
    'See what came of a campaign: how many read it, replied or opted out, how soon, and why messages failed',
  fields: [campaigns.idField],
  async execute(context, itemIndex) {
    const path = pathTo(CAMPAIGNS, campaigns.chosenId(context, itemIndex), 'report');
    return await callEngine(context, { method: 'GET', path, itemIndex });
  },
};
