import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { fromField } from '../common-fields';
import { describeResource } from '../describe-resource';
import { bodyFields, readList } from '../read-field';

export const GROUPS = '/v1/groups';

export const groups = describeResource({
  noun: 'group',
  prefix: '',
  path: GROUPS,
  description:
    'The group: one of those that your number is in, or its ID, such as the field "chat_id" of an event',
  alsoBy: { name: 'Such as chat_id', placeholder: 'e.g. 120363012345678901@g.us' },
});

export const nameField: INodeProperties = {
  displayName: 'Name',
  name: 'name',
  type: 'string',
  required: true,
  default: '',
  placeholder: 'e.g. Lunch on Friday',
  description: 'The name of the group, at most 100 characters',
};

/** @param does such as "who are added" */
export const membersField = (does: string): INodeProperties => ({
  displayName: 'Members',
  name: 'members',
  type: 'string',
  required: true,
  default: '',
  placeholder: 'e.g. +14155551234, +393331234567',
  description: `Phone numbers with country code, with commas between them, of the people ${does}`,
});

export const fromOption = fromField('acts in the group');

/** A list, or text with commas or line ends between the numbers. @throws Error if there is none */
export function readMembers(context: IExecuteFunctions, itemIndex: number): string[] {
  const value = context.getNodeParameter('members', itemIndex, '') as unknown;
  const members = readList(value, 'Members')
    .flatMap((text) => text.split(/[,;]/))
    .map((text) => text.trim())
    .filter(Boolean);
  if (members.length > 0) return members;
  throw new Error('Members is empty. Enter the phone number of at least one person.');
}

/** `?from=`, if a linked number is chosen in the options. */
export function fromQuery(context: IExecuteFunctions, itemIndex: number): IDataObject {
  return bodyFields(context.getNodeParameter('options', itemIndex, {}) as IDataObject, ['from']);
}
