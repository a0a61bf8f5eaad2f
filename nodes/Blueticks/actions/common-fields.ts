import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { textOf } from './read-field';

/** The collection of an operation's optional fields. */
export function optionsField(options: INodeProperties[]): INodeProperties {
  return {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    options,
  };
}

/** An option to choose a linked number; `verb` says what it does. */
export function fromField(verb: string): INodeProperties {
  return {
    displayName: 'From',
    name: 'from',
    type: 'string',
    default: '',
    placeholder: 'e.g. +14155551234',
    description: `Which of your linked numbers ${verb}. Only needed if several are linked.`,
  };
}

/**
 * The filters of a list of what goes on for a while.
 * @param plural e.g. "sequences"
 * @param reference an example
 */
export function filtersOf(
  plural: string,
  reference: string,
  statuses: INodePropertyOptions[],
): INodeProperties[] {
  return [
    {
      displayName: 'Reference',
      name: 'reference',
      type: 'string',
      default: '',
      placeholder: `e.g. ${reference}`,
      description: `Only ${plural} with this reference`,
    },
    {
      displayName: 'Status',
      name: 'status',
      type: 'options',
      options: statuses,
      default: 'active',
      description: `Only ${plural} with this status`,
    },
    {
      displayName: 'To',
      name: 'to',
      type: 'string',
      default: '',
      placeholder: 'e.g. +14155551234',
      description: `Only ${plural} to this phone number or chat`,
    },
  ];
}

/** An option of messages, sequences and campaigns. */
export const cancelOnTakeover: INodeProperties = {
  displayName: 'Cancel on Takeover',
  name: 'cancelOnTakeover',
  type: 'boolean',
  default: false,
  description:
    'Whether to cancel what is not sent yet if you write in the chat on the phone, or the chat is taken over in another way. While a person has the chat, it is refused.',
};

/** An option of messages, sequences and campaigns. */
export const onlyWhileBot: INodeProperties = {
  displayName: 'Only While Bot',
  name: 'onlyWhileBot',
  type: 'boolean',
  default: false,
  description:
    'Whether to wait while a person has the chat: after you wrote in it on the phone, or took it over. It goes on when the chat is given back.',
};

/** Who gets a message. Plain text works in place of the locator, so `to` can come from anywhere. */
export const recipientField: INodeProperties = {
  displayName: 'To',
  name: 'to',
  type: 'resourceLocator',
  required: true,
  default: { mode: 'number', value: '' },
  description:
    'Who gets it: a phone number with "+" and country code, the ID of a chat or group, or one of your groups and recent chats',
  modes: [
    {
      displayName: 'Number',
      name: 'number',
      type: 'string',
      placeholder: 'e.g. +14155551234 or 1203…@g.us',
    },
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      placeholder: 'Choose a group or chat…',
      typeOptions: { searchListMethod: 'searchRecipients', searchable: true },
    },
  ],
};

/** The phone number or chat id. */
export function readRecipient(context: IExecuteFunctions, itemIndex: number): string {
  const value = context.getNodeParameter('to', itemIndex, '', { extractValue: true }) as unknown;
  return textOf(value, 'To').trim();
}
