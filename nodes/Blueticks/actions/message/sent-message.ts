import type { IExecuteFunctions } from 'n8n-workflow';
import { callEngine, pathTo } from '../../../shared/call-engine';
import { CHATS } from '../chat/resource';
import { describeResource } from '../describe-resource';
import { MESSAGES } from './resource';

/** A message that is in a chat already: one that was sent, or one that somebody wrote. */
const inChat = describeResource({
  noun: 'message',
  prefix: 'msg_',
  path: MESSAGES,
  description:
    'The message: one that was sent from here, or the field "key" of an event or of a message from "Get Messages"',
  alsoBy: { name: 'Key', placeholder: 'e.g. false_14155551234@c.us_3EB0A1B2C3' },
});

export const messageInChatField = inChat.idField;

const KEY = /^(?:true|false)_([^_]+)_/;

/** The path of the chosen message in its chat, or of something below it. @throws Error if nothing is chosen */
export async function pathInChat(
  context: IExecuteFunctions,
  itemIndex: number,
  ...below: string[]
): Promise<string> {
  const id = inChat.chosenId(context, itemIndex);
  const chat = KEY.exec(id)?.[1] ?? (await chatOf(context, id, itemIndex));
  return pathTo(CHATS, chat, 'messages', encodeURIComponent(id), ...below);
}

/** Where a message that was sent from here went. */
async function chatOf(context: IExecuteFunctions, id: string, itemIndex: number): Promise<string> {
  const { to } = await callEngine(context, { method: 'GET', path: pathTo(MESSAGES, id), itemIndex });
  if (to) return String(to);
  throw new Error('Message: its recipient was erased, so nothing can be done to it any more.');
}
