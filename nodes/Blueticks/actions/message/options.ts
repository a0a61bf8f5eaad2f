import type { INodeProperties } from 'n8n-workflow';
import { sendWindowField } from '../send-window';

const reference: INodeProperties = {
  displayName: 'Reference',
  name: 'reference',
  type: 'string',
  default: '',
  placeholder: 'e.g. appointment-42',
  description:
    'A name of your own for what the message is about. With it you find, filter and cancel all messages about the same thing.',
};

const expiresAt: INodeProperties = {
  displayName: 'Expires At',
  name: 'expiresAt',
  type: 'dateTime',
  default: '',
  description: 'If the message could not be sent by then (say, the phone was offline), it is not sent at all',
};

const createOnly: INodeProperties[] = [
  {
    displayName: 'Cancel on Reply',
    name: 'cancelOnReply',
    type: 'boolean',
    default: false,
    description: 'Whether to cancel the message when the recipient writes to you before it goes out',
  },
  {
    displayName: 'From',
    name: 'from',
    type: 'string',
    default: '',
    placeholder: 'e.g. +14155551234',
    description: 'Which of your linked numbers sends it. Only needed when several are linked.',
  },
  {
    displayName: 'Idempotency Key',
    name: 'idempotencyKey',
    type: 'string',
    default: '',
    description:
      'A name for this very sending, at most 64 characters: sent twice with the same one, the message goes out once. Empty is right in most cases: a retried execution then does not send twice, and each turn of a loop sends.',
  },
  {
    displayName: 'Priority',
    name: 'priority',
    type: 'options',
    options: [
      { name: 'High', value: 'high', description: 'Goes before all others that are due' },
      { name: 'Low', value: 'low', description: 'Waits until nothing else is due' },
      { name: 'Normal', value: 'normal', description: 'In its turn' },
    ],
    default: 'normal',
    description: 'Which message goes first when several are due at the same time',
  },
  {
    displayName: 'Reply To',
    name: 'replyTo',
    type: 'string',
    default: '',
    placeholder: 'e.g. false_14155551234@c.us_3EB0…',
    description: 'The "key" of the message to quote, as the Blueticks Trigger puts it out',
  },
];

function collection(options: INodeProperties[]): INodeProperties {
  return {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    options: [...options].sort((a, b) => a.displayName.localeCompare(b.displayName)),
  };
}

/** Options of a new message, and those of the operation's own. */
export function newMessageOptions(own: INodeProperties[]): INodeProperties {
  return collection([...createOnly, expiresAt, reference, sendWindowField, ...own]);
}

/** Options of a message that waits to be sent. */
export const updateOptions = collection([expiresAt, reference, sendWindowField]);
