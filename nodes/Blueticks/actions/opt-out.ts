import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { callEngine, pathTo } from '../../shared/call-engine';
import { getMany } from './describe-resource';
import type { Operation, Resource } from './operation';
import { readText } from './read-field';

const PATH = '/v1/opt-outs';

const personField: INodeProperties = {
  displayName: 'Phone or Chat ID',
  name: 'to',
  type: 'string',
  required: true,
  default: '',
  placeholder: 'e.g. +14155551234',
  description: 'The person: a phone number with "+" and country code, or the ID of the chat',
};

/** @throws Error if the field is empty, so that an expression that returns nothing does not go unnoticed */
function readPerson(context: IExecuteFunctions, itemIndex: number): string {
  const to = readText(context, 'to', itemIndex).trim();
  if (to) return to;
  throw new Error('Phone or Chat ID is empty. Enter a phone number with "+" and country code.');
}

const add: Operation = {
  value: 'add',
  name: 'Add',
  action: 'Opt a person out',
  description:
    'Stop sending campaigns and sequences to a person, including those already running. Single messages are still sent.',
  fields: [{ ...personField, hint: 'Gets no more campaigns or sequences. Single messages are still sent.' }],
  async execute(context, itemIndex) {
    const body = { to: readPerson(context, itemIndex) };
    return await callEngine(context, { method: 'POST', path: PATH, body, itemIndex });
  },
};

const remove: Operation = {
  value: 'remove',
  name: 'Remove',
  action: 'Opt a person in again',
  description: 'Send campaigns and sequences again to a person who agreed to it',
  fields: [personField],
  async execute(context, itemIndex) {
    const path = pathTo(PATH, readPerson(context, itemIndex));
    return await callEngine(context, { method: 'DELETE', path, itemIndex });
  },
};

export const optOut: Resource = {
  value: 'optOut',
  name: 'Opt-Out',
  operations: [add, getMany('opt-outs', PATH, 'List the people who have opted out, newest first'), remove],
  defaultOperation: 'add',
};
