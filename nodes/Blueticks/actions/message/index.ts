import type { INodeProperties } from 'n8n-workflow';
import { getMany } from '../describe-resource';
import type { Resource } from '../operation';
import { edit, forward, pin, react, revoke } from './act.operations';
import { cancelMany } from './cancel-many.operation';
import { schedule, send } from './create.operations';
import { move } from './move.operation';
import { MESSAGES, messages } from './resource';
import { sendAndWait } from './send-and-wait.operation';
import { update } from './update.operation';

const filters: INodeProperties[] = [
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
    description: 'Only messages that contain this text',
  },
  {
    displayName: 'Status',
    name: 'status',
    type: 'options',
    options: [
      { name: 'Canceled', value: 'canceled', description: 'Will never be sent' },
      { name: 'Delivered', value: 'delivered', description: "Reached the recipient's phone" },
      { name: 'Failed', value: 'failed', description: 'Could not be sent' },
      {
        name: 'Queued',
        value: 'queued',
        description: 'Due, and waiting: waiting_for in the output says for what',
      },
      { name: 'Read', value: 'read', description: 'Read by the recipient' },
      { name: 'Scheduled', value: 'scheduled', description: 'Waiting for its date and time' },
      { name: 'Sending', value: 'sending', description: 'Handed to WhatsApp, not delivered yet' },
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
];

export const message: Resource = {
  value: 'message',
  name: 'Message',
  operations: [
    messages.post(
      'cancel',
      'Cancel a message that has not been sent yet. It stays in the list as "canceled".',
    ),
    cancelMany,
    revoke,
    edit,
    forward,
    messages.get('Read a message and its status'),
    getMany('messages', MESSAGES, 'List messages, newest first', filters),
    move,
    pin,
    react,
    schedule,
    send,
    sendAndWait,
    update,
  ],
  defaultOperation: 'schedule',
};
