import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { personField, readPerson } from './opted-out-person';

export const remove: Operation = {
  value: 'remove',
  name: 'Remove',
  action: 'Opt a person in again',
  description: 'Let a person who agreed to it get campaigns and sequences again',
  fields: [personField],
  async execute(context, itemIndex) {
    const path = `/v1/opt-outs/${encodeURIComponent(readPerson(context, itemIndex))}`;
    return [await callEngine(context, { method: 'DELETE', path, itemIndex })];
  },
};
