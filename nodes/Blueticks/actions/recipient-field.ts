import type { INodeProperties } from 'n8n-workflow';

/** Whom an operation is about. */
export const recipientField: INodeProperties = {
  displayName: 'To',
  name: 'to',
  type: 'string',
  required: true,
  default: '',
  placeholder: 'e.g. +14155551234',
  description:
    'Who gets it: a phone number with "+" and country code, or the ID of a chat or group such as 120363012345678901@g.us',
};
