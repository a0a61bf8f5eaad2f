import type { Operation } from '../operation';
import { createMessage, newMessageFields } from './create-message';

export const send: Operation = {
  value: 'send',
  name: 'Send',
  action: 'Send a message',
  description: 'Send a message now',
  fields: newMessageFields(),
  execute: (context, itemIndex) => createMessage(context, itemIndex, {}),
};
