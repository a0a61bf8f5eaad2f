import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { messageIdField, messagePath } from './message-id';

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get a message',
  description: 'Read a message and what became of it',
  fields: [messageIdField],
  async execute(context, itemIndex) {
    return [await callEngine(context, { method: 'GET', path: messagePath(context, itemIndex), itemIndex })];
  },
};
