import { describeResource } from '../describe-resource';

export const CHATS = '/v1/chats';

export const chats = describeResource({
  noun: 'chat',
  prefix: '',
  path: CHATS,
  description:
    'The chat: one of those with messages, a phone number with "+" and country code, or the field "chat_id" of an event or a message',
  alsoBy: { name: 'Phone Number', placeholder: 'e.g. +14155551234 or 1203…@g.us' },
});
