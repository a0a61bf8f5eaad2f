import type { INodePropertyOptions } from 'n8n-workflow';

/** What a workflow can start on, in alphabetical order of the names. */
export const eventOptions: INodePropertyOptions[] = [
  { name: 'Campaign Aborted', value: 'campaign.aborted', description: 'A campaign was canceled' },
  {
    name: 'Campaign Completed',
    value: 'campaign.completed',
    description: 'A campaign reached all its contacts',
  },
  { name: 'Campaign Paused', value: 'campaign.paused' },
  { name: 'Campaign Resumed', value: 'campaign.resumed' },
  { name: 'Campaign Started', value: 'campaign.started' },
  { name: 'Message Canceled', value: 'message.canceled', description: 'A waiting message was canceled' },
  {
    name: 'Message Delivered',
    value: 'message.delivered',
    description: "A message reached the recipient's phone",
  },
  { name: 'Message Edited', value: 'message.edited', description: 'Somebody changed what they wrote to you' },
  {
    name: 'Message Failed',
    value: 'message.failed',
    description: 'A message could not be sent; the output says why',
  },
  {
    name: 'Message Queued',
    value: 'message.queued',
    description: 'A message is due and goes out in its turn',
  },
  { name: 'Message Reaction', value: 'message.reaction', description: 'Somebody put an emoji on a message' },
  { name: 'Message Read', value: 'message.read', description: 'The recipient saw a message' },
  { name: 'Message Received', value: 'message.received', description: 'Somebody wrote to your number' },
  { name: 'Message Revoked', value: 'message.revoked', description: 'Somebody took back what they wrote' },
  { name: 'Message Sending', value: 'message.sending', description: 'A message is being handed to WhatsApp' },
  { name: 'Message Sent', value: 'message.sent', description: "WhatsApp's server accepted a message" },
  {
    name: 'Opt-Out Created',
    value: 'opt_out.created',
    description: 'A recipient asked not to be written to',
  },
  { name: 'Poll Voted', value: 'poll.voted', description: 'Somebody answered a poll' },
  {
    name: 'Sequence Completed',
    value: 'sequence.completed',
    description: 'The last step of a sequence went out',
  },
  { name: 'Sequence Stopped', value: 'sequence.stopped', description: 'A reply or you stopped a sequence' },
  { name: 'Session Connected', value: 'session.connected', description: 'A linked number is online' },
  {
    name: 'Session Disconnected',
    value: 'session.disconnected',
    description: 'A linked number went offline',
  },
  {
    name: 'Session Restricted',
    value: 'session.restricted',
    description: 'WhatsApp lets a linked number write to known people only, for a while',
  },
  {
    name: 'Session Slowed Down',
    value: 'session.slowed_down',
    description: 'WhatsApp rejected messages, so a linked number sends more slowly for some hours',
  },
];
