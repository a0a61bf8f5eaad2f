import type { INodeProperties } from 'n8n-workflow';
import { listing } from '../describe-resource';
import type { Operation } from '../operation';
import { chats } from './resource';

const filters: INodeProperties[] = [
  {
    displayName: 'After',
    name: 'after',
    type: 'dateTime',
    default: '',
    description: 'Only messages later than this',
  },
  {
    displayName: 'Before',
    name: 'before',
    type: 'dateTime',
    default: '',
    description: 'Only messages earlier than this',
  },
  {
    displayName: 'Direction',
    name: 'direction',
    type: 'options',
    options: [
      { name: 'Received', value: 'in', description: 'What others wrote' },
      { name: 'Sent', value: 'out', description: 'What was sent from here or written on the phone' },
    ],
    default: 'in',
    description: 'Who wrote the messages',
  },
  {
    displayName: 'Message Types',
    name: 'messageTypes',
    type: 'multiOptions',
    options: [
      { name: 'Audio', value: 'audio' },
      { name: 'Contact', value: 'vcard' },
      { name: 'Document', value: 'document' },
      { name: 'GIF', value: 'gif' },
      { name: 'Image', value: 'image' },
      { name: 'Location', value: 'location' },
      { name: 'Poll', value: 'poll_creation' },
      { name: 'Sticker', value: 'sticker' },
      { name: 'Taken Back', value: 'revoked', description: 'Messages that were deleted for everyone' },
      { name: 'Text', value: 'chat' },
      { name: 'Video', value: 'video' },
      { name: 'Voice Message', value: 'ptt' },
    ],
    default: [],
    description: 'Only messages of these kinds',
  },
  {
    displayName: 'Order',
    name: 'order',
    type: 'options',
    options: [
      { name: 'Newest First', value: 'desc' },
      { name: 'Oldest First', value: 'asc' },
    ],
    default: 'desc',
    description: 'Which messages come first. With a limit, these are the ones that are returned.',
  },
  {
    displayName: 'Search',
    name: 'q',
    type: 'string',
    default: '',
    description: 'Only messages that contain this text',
  },
];

/** The history of one chat. */
export const getMessages: Operation = listing({
  value: 'getMessages',
  name: 'Get Messages',
  action: 'Get the messages of a chat',
  description: 'Read what was written in a chat: received, sent, and written on the phone. Newest first.',
  path: (context, itemIndex) => chats.chosenPath(context, itemIndex, 'messages'),
  fields: [chats.idField],
  filters,
});
