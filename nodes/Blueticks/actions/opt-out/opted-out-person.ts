import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readText } from '../read-text';

/** Who is opted out, or in again. */
export const personField: INodeProperties = {
  displayName: 'Phone or Chat ID',
  name: 'to',
  type: 'string',
  required: true,
  default: '',
  placeholder: 'e.g. +14155551234',
  description: 'Whom it is about: the phone number with "+" and country code, or the ID of the chat',
};

/** @throws Error when the field is empty: an expression that gave nothing must not pass unseen */
export function readPerson(context: IExecuteFunctions, itemIndex: number): string {
  const to = readText(context, 'to', itemIndex).trim();
  if (to) return to;
  throw new Error('Phone or Chat ID: there is none. Give a phone number with "+" and country code.');
}
