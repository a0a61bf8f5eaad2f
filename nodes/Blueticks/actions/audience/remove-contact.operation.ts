import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { audienceIdField, contactIdField, contactPath } from './audience-id';

export const removeContact: Operation = {
  value: 'removeContact',
  name: 'Remove Contact',
  action: 'Remove a contact from an audience',
  description: 'Take a contact out of an audience',
  fields: [audienceIdField, contactIdField],
  async execute(context, itemIndex) {
    return [
      await callEngine(context, { method: 'DELETE', path: contactPath(context, itemIndex), itemIndex }),
    ];
  },
};
