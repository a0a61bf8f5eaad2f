import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { campaignIdField, campaignPath } from './campaign-id';

/** An operation that changes how a campaign goes on: one POST to its path. */
function steering(value: string, name: string, action: string, description: string): Operation {
  return {
    value,
    name,
    action,
    description,
    fields: [campaignIdField],
    async execute(context, itemIndex) {
      const path = `${campaignPath(context, itemIndex)}/${value}`;
      return [await callEngine(context, { method: 'POST', path, itemIndex })];
    },
  };
}

export const pause = steering(
  'pause',
  'Pause',
  'Pause a campaign',
  'Hold back every message of a campaign that was not handed to WhatsApp yet',
);

export const resume = steering(
  'resume',
  'Resume',
  'Resume a campaign',
  'Let a paused campaign go on where it stopped. Nobody gets it twice.',
);

export const cancel = steering(
  'cancel',
  'Cancel',
  'Cancel a campaign',
  'End a campaign for good. What was sent stays sent; the rest never goes out.',
);
