import { getMany } from '../describe-resource';
import type { Resource } from '../operation';
import { create } from './create.operation';
import { report } from './report.operation';
import { CAMPAIGNS, campaigns } from './resource';

export const campaign: Resource = {
  value: 'campaign',
  name: 'Campaign',
  operations: [
    campaigns.post('cancel', 'End a campaign for good. Messages not sent yet will never be sent.'),
    create,
    campaigns.get('Read a campaign: its status, and how many messages were sent, delivered, read or failed'),
    getMany('campaigns', CAMPAIGNS, 'List campaigns with their counts, newest first'),
    report,
    campaigns.post('pause', 'Hold back all messages of a campaign that were not handed to WhatsApp yet'),
    campaigns.post('resume', 'Continue a paused campaign where it stopped. Nobody gets a message twice.'),
  ],
  defaultOperation: 'create',
};
