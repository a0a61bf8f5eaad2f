import { callEngine } from '../../../shared/call-engine';
import type { Operation } from '../operation';
import { chats } from './resource';

export const showTyping: Operation = {
  value: 'showTyping',
  name: 'Show Typing',
  action: 'Show typing in a chat',
  description:
    'Show "typing…" or "recording…" in a chat for some seconds, or until a message is sent. The workflow goes on at once.',
  fields: [
    chats.idField,
    {
      displayName: 'What to Show',
      name: 'kind',
      type: 'options',
      options: [
        { name: 'Recording…', value: 'voice' },
        { name: 'Typing…', value: 'text' },
      ],
      default: 'text',
      description: 'What the people in the chat see',
    },
    {
      displayName: 'Seconds',
      name: 'seconds',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 25 },
      default: 10,
      description: 'For how long, 1 to 25 seconds',
    },
  ],
  async execute(context, itemIndex) {
    const path = chats.chosenPath(context, itemIndex, 'typing');
    const body = {
      seconds: Number(context.getNodeParameter('seconds', itemIndex)),
      kind: context.getNodeParameter('kind', itemIndex),
    };
    const answer = await callEngine(context, { method: 'POST', path, body, itemIndex });
    return { chat: chats.chosenId(context, itemIndex), ...answer };
  },
};
