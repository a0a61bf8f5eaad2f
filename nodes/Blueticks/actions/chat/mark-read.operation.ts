import { callEngine } from '../../../shared/call-engine';
import type { Operation } from '../operation';
import { chats } from './resource';

export const markRead: Operation = {
  value: 'markRead',
  name: 'Mark as Read',
  action: 'Mark a chat as read',
  description: 'Mark everything received in a chat as read. Those who wrote it see blue ticks.',
  fields: [chats.idField],
  async execute(context, itemIndex) {
    const path = chats.chosenPath(context, itemIndex, 'mark_read');
    const answer = await callEngine(context, { method: 'POST', path, itemIndex });
    return { chat: chats.chosenId(context, itemIndex), ...answer };
  },
};
