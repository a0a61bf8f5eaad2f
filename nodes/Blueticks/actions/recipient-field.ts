import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { textOf } from './read-text';

/** Whom an operation is about. A plain text in its place works as well, so that `to` may come from anywhere. */
export const recipientField: INodeProperties = {
  displayName: 'To',
  name: 'to',
  type: 'resourceLocator',
  required: true,
  default: { mode: 'number', value: '' },
  description:
    'Who gets it: a phone number with "+" and country code, the ID of a chat or group, or one of your groups and latest chats',
  modes: [
    {
      displayName: 'By Number',
      name: 'number',
      type: 'string',
      placeholder: 'e.g. +14155551234 or 120363012345678901@g.us',
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
  return textOf(context.getNodeParameter('to', itemIndex, '', { extractValue: true }) as unknown).trim();
}
