import type { INodeProperties } from 'n8n-workflow';
import { getMany } from '../describe-resource';
import type { Resource } from '../operation';
import { getMessages } from './get-messages.operation';
import { markRead } from './mark-read.operation';
import { CHATS, chats } from './resource';
import { showTyping } from './show-typing.operation';
import { giveBack, takeOver } from './takeover.operations';

const filters: INodeProperties[] = [
  {
    displayName: 'Kind',
    name: 'filter',
    type: 'options',
    options: [
      { name: 'Channels', value: 'newsletters' },
      { name: 'Groups', value: 'groups' },
      { name: 'People', value: 'contacts' },
    ],
    default: 'contacts',
    description: 'Only chats of this kind',
  },
  {
    displayName: 'Search',
    name: 'q',
    type: 'string',
    default: '',
    placeholder: 'e.g. Anna',
    description: 'Only chats with this in their name or phone number',
  },
];

export const chat: Resource = {
  value: 'chat',
  name: 'Chat',
  operations: [
    chats.get('Read one chat: its name, when the last message was, and how many are unread'),
    getMany('chats', CHATS, 'List the chats, the one with the latest message first', filters),
    getMessages,
    giveBack,
    markRead,
    showTyping,
    takeOver,
  ],
  defaultOperation: 'getMessages',
};
