import type { INodePropertyOptions } from 'n8n-workflow';

/** The events a workflow can start on, in alphabetical order. */
export const eventOptions: INodePropertyOptions[] = [
  { name: 'Call Received', value: 'call.received', description: 'Someone called your number' },
  { name: 'Campaign Aborted', value: 'campaign.aborted', description: 'A campaign was canceled' },
  {
    name: 'Campaign Completed',
    value: 'campaign.completed',
    description: 'A campaign has been sent to all its contacts',
  },
  { name: 'Campaign Paused', value: 'campaign.paused' },
  { name: 'Campaign Resumed', value: 'campaign.resumed' },
  { name: 'Campaign Started', value: 'campaign.started' },
  {
    name: 'Chat Given Back',
    value: 'chat.given_back',
    description: 'The bot has a chat again, which a person had',
  },
  {
    name: 'Chat Taken Over',
    value: 'chat.taken_over',
    description: 'You wrote in a chat on the phone, or it was taken over by a request',
  },
  {
    name: 'Group Description Changed',
    value: 'group.description_changed',
    description: 'The description of a group was changed or removed',
  },
  {
    name: 'Group Member Added',
    value: 'group.participants_added',
    description: 'Someone joined a group, or was added to it',
  },
  {
    name: 'Group Member Demoted',
    value: 'group.participants_demoted',
    description: 'Someone is no longer an admin of a group',
  },
  {
    name: 'Group Member Promoted',
    value: 'group.participants_promoted',
    description: 'Someone became an admin of a group',
  },
  {
    name: 'Group Member Removed',
    value: 'group.participants_removed',
    description: 'Someone left a group, or was removed from it',
  },
  { name: 'Group Name Changed', value: 'group.name_changed', description: 'A group was renamed' },
  {
    name: 'Group Settings Changed',
    value: 'group.settings_changed',
    description: 'Who can write in a group, change it or join it has changed, or its picture has',
  },
  {
    name: 'Message Burst',
    value: 'message.burst',
    description:
      'What someone wrote in a row, together, when they pause. Same as Merge Bursts for Message Received.',
  },
  {
    name: 'Message Canceled',
    value: 'message.canceled',
    description: 'A message was canceled before it was sent',
  },
  {
    name: 'Message Delivered',
    value: 'message.delivered',
    description: "A message reached the recipient's phone",
  },
  { name: 'Message Edited', value: 'message.edited', description: 'Someone edited a message they sent you' },
  {
    name: 'Message Failed',
    value: 'message.failed',
    description: 'A message could not be sent; the output says why',
  },
  { name: 'Message Pinned', value: 'message.pinned', description: 'A message was pinned or unpinned' },
  {
    name: 'Message Queued',
    value: 'message.queued',
    description: 'A message is due and waiting for its turn',
  },
  {
    name: 'Message Reaction',
    value: 'message.reaction',
    description: 'Someone reacted to a message with an emoji',
  },
  { name: 'Message Read', value: 'message.read', description: 'The recipient read a message' },
  {
    name: 'Message Received',
    value: 'message.received',
    description: 'Someone sent a message to your number',
  },
  {
    name: 'Message Revoked',
    value: 'message.revoked',
    description: 'Someone deleted a message they sent you',
  },
  { name: 'Message Sending', value: 'message.sending', description: 'A message is being handed to WhatsApp' },
  { name: 'Message Sent', value: 'message.sent', description: "WhatsApp's server accepted a message" },
  {
    name: 'Message Sent From Phone',
    value: 'message.sent_from_phone',
    description: 'The owner of your number wrote, edited, deleted or reacted on the phone',
  },
  {
    name: 'Opt-Out Created',
    value: 'opt_out.created',
    description: 'A recipient asked for no more messages',
  },
  { name: 'Poll Voted', value: 'poll.voted', description: 'Someone voted in a poll' },
  {
    name: 'Recurring Message Ended',
    value: 'recurrence.ended',
    description: 'A recurring message has ended: its last time is over, or a reply or you ended it',
  },
  {
    name: 'Recurring Message Missed',
    value: 'recurrence.missed',
    description: 'A recurring message could not be sent in time, and will not be sent late',
  },
  {
    name: 'Sequence Completed',
    value: 'sequence.completed',
    description: 'The last step of a sequence was sent',
  },
  {
    name: 'Sequence Stopped',
    value: 'sequence.stopped',
    description: 'A sequence was stopped, by you or by a reply',
  },
  { name: 'Session Connected', value: 'session.connected', description: 'A linked number is online' },
  {
    name: 'Session Disconnected',
    value: 'session.disconnected',
    description: 'A linked number went offline',
  },
  {
    name: 'Session Quota Warning',
    value: 'session.quota_warning',
    description: 'A linked number has started most of the new chats that WhatsApp allows it',
  },
  {
    name: 'Session Restricted',
    value: 'session.restricted',
    description: 'For a while, WhatsApp only lets a linked number write to people it knows',
  },
  {
    name: 'Session Slowed Down',
    value: 'session.slowed_down',
    description: 'WhatsApp rejected messages, so a linked number sends more slowly for a few hours',
  },
];
