import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { messageIdField, messagePath } from './message-id';

export const cancel: Operation = {
  value: 'cancel',
  name: 'Cancel',
  action: 'Cancel a message',
  description: 'Keep a waiting message from going out. It stays readable as "canceled".',
  fields: [messageIdField],
  async execute(context, itemIndex) {
    const path = `${messagePath(context, itemIndex)}/cancel`;
    return [await callEngine(context, { method: 'POST', path, itemIndex })];
  },
};
