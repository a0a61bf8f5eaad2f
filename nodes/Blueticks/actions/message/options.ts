import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { cancelOnTakeover, fromField, onlyWhileBot, optionsField } from '../common-fields';
import { toRfc3339 } from '../date-time';
import { bodyFields } from '../read-field';
import { readSendWindow, sendWindowField } from '../send-window';

const reference: INodeProperties = {
  displayName: 'Reference',
  name: 'reference',
  type: 'string',
  default: '',
  placeholder: 'e.g. appointment-42',
  description:
    'Your own name for what the message is about. Use it to find, filter and cancel all messages about the same thing.',
};

const expiresAt: INodeProperties = {
  displayName: 'Expires At',
  name: 'expiresAt',
  type: 'dateTime',
  default: '',
  description:
    'If the message could not be sent by then (for example because the phone was offline), it is not sent',
};

const typingSeconds: INodeProperties = {
  displayName: 'Typing Seconds',
  name: 'typingSeconds',
  type: 'number',
  typeOptions: { minValue: 0, maxValue: 25 },
  default: 5,
  description:
    'How long to show "typing…", or "recording…" for a voice message, before it is sent: 0 to 25 seconds. Other chats do not wait. Without this option, the settings of the session decide.',
};

const createOnly: INodeProperties[] = [
  cancelOnTakeover,
  onlyWhileBot,
  {
    displayName: 'Cancel on Reply',
    name: 'cancelOnReply',
    type: 'boolean',
    default: false,
    description: 'Whether to cancel the message if the recipient writes to you before it is sent',
  },
  fromField('sends it'),
  {
    displayName: 'Idempotency Key',
    name: 'idempotencyKey',
    type: 'string',
    default: '',
    description:
      'Two messages with the same key are sent only once. At most 64 characters. You can usually leave this empty: a retried execution then does not send twice, and each turn of a loop does send. In a sub-workflow, set it (for example to an order number): n8n does not tell a sub-workflow that its parent is retried.',
  },
  {
    displayName: 'Priority',
    name: 'priority',
    type: 'options',
    options: [
      { name: 'High', value: 'high', description: 'Sent before all others that are due' },
      { name: 'Low', value: 'low', description: 'Sent when nothing else is due' },
      { name: 'Normal', value: 'normal', description: 'Sent in turn' },
    ],
    default: 'normal',
    description: 'Which message goes first if several are due at the same time',
  },
  {
    displayName: 'Reply To',
    name: 'replyTo',
    type: 'string',
    default: '',
    placeholder: 'e.g. false_14155551234@c.us_3EB0…',
    description: 'The "key" of the message to quote, from the output of the Blueticks Trigger',
  },
];

const inOrder = (options: INodeProperties[]): INodeProperties =>
  optionsField(options.sort((a, b) => a.displayName.localeCompare(b.displayName)));

/** The options of a new message, including those an operation adds. */
export function newMessageOptions(own: INodeProperties[]): INodeProperties {
  return inOrder([...createOnly, expiresAt, reference, sendWindowField, typingSeconds, ...own]);
}

/** The options of a message that is forwarded: it quotes nothing, and may be sent later. */
export const forwardOptions = inOrder([
  ...createOnly.filter(({ name }) => name !== 'replyTo'),
  ...[expiresAt, reference, sendWindowField, typingSeconds],
  {
    displayName: 'Send At',
    name: 'sendAt',
    type: 'dateTime',
    default: '',
    description: "When to send it, in the workflow's time zone. Without this option it is sent now.",
  },
]);

/** An item's options for a message that is forwarded, as body fields of the engine's API. */
export function readForwardOptions(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const { sendAt } = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  return {
    ...readOptions(context, itemIndex),
    ...(sendAt ? { send_at: toRfc3339(sendAt, context.getTimezone(), 'Send At') } : {}),
  };
}

/** The options of a message that has not been sent yet. */
export const updateOptions = optionsField([expiresAt, reference, sendWindowField, typingSeconds]);

/** An item's options, as body fields of the engine's API. */
export function readOptions(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const zone = context.getTimezone();
  return {
    ...bodyFields(options, [
      ...['from', 'replyTo', 'reference', 'cancelOnReply', 'priority', 'cancelOnTakeover', 'onlyWhileBot'],
    ]),
    ...(options.expiresAt ? { expires_at: toRfc3339(options.expiresAt, zone, 'Expires At') } : {}),
    ...readSendWindow(options.sendWindow, zone),
    ...readTypingSeconds(options.typingSeconds),
  };
}

/** A number, or the text of one, as an expression may return it. The engine refuses anything else. */
function readTypingSeconds(value: unknown): IDataObject {
  if (value === undefined || value === null || value === '') return {};
  const number = Number(value);
  return { typing_seconds: Number.isNaN(number) ? (value as IDataObject) : number };
}
