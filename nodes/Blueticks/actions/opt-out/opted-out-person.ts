import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readText } from '../read-text';

/** Who is opted out, or in again. */
export const personField: INodeProperties = {
  displayName: 'To',
  name: 'to',
  type: 'string',
  required: true,
  default: '',
  placeholder: 'e.g. +14155551234',
  description: 'The phone number with "+" and country code, or the ID of the chat',
};

/** @throws Error when the field is empty: an expression that gave nothing must not pass unseen */
export function readPerson(context: IExecuteFunctions, itemIndex: number): string {
  const to = readText(context, 'to', itemIndex).trim();
  if (to) return to;
  throw new Error('To: there is no phone number. Give one with "+" and country code.');
}
