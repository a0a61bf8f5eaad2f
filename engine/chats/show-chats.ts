import { parseRecipient } from '../domain/messages/recipient';
import { personIdOf } from '../domain/people/person-id';
import type { Mode } from '../domain/mode';
import { notFound, validOrThrow } from '../errors';
import type { Sql } from '../store/sql/database';
import {
  findChat,
  findEmptyChat,
  listChats,
  type ChatFilter,
  type ChatRow,
  type ShownChatRow,
} from '../store/tables/chats';
import { listTakeoversOf } from '../store/tables/takeovers';
import { idsOfChat, idsOfPeople } from '../store/tables/person-names';
import { listLastMessages } from '../store/tables/chat-messages';
import type { Chat, ShownChat } from './chat-schema';
import { presentChatMessage, type MediaUrlOf } from './present-chat-message';

/** A chat as a list shows it, with its place in it. */
export interface ListedChat {
  created_at: Date;
  who: string;
  shown: ShownChat;
}

/** Chats in which something was written, the one with the latest message first. */
export async function showChats(
  sql: Sql,
  mode: Mode,
  filter: ChatFilter,
  limit: number,
  before: { at: Date; key: string } | null,
  now: Date,
): Promise<ListedChat[]> {
  const rows = await listChats(sql, mode, filter, limit, before, now);
  return rows.map((row) => ({ created_at: row.last_message_at!, who: row.who, shown: presentChat(row) }));
}

/** The same chats, each with its latest message. */
export async function withLastMessages(
  sql: Sql,
  mode: Mode,
  chats: readonly ListedChat[],
  urlOf: MediaUrlOf,
): Promise<ListedChat[]> {
  const whos = chats.map(({ who }) => who);
  const rows = whos.length === 0 ? [] : await listLastMessages(sql, mode, whos);
  const found = new Map(rows.map((row) => [row.who, presentChatMessage(row, urlOf)]));
  return chats.map((chat) => ({
    ...chat,
    shown: { ...chat.shown, last_message: found.get(chat.who) ?? null },
  }));
}

/**
 * @param given see `whosOfChat`
 * @throws EngineError `not_found` if nothing was written in it and nobody took it over, or `invalid_request`
 */
export async function showChat(sql: Sql, mode: Mode, given: string, now: Date): Promise<Chat> {
  const whos = await whosOfChat(sql, mode, given);
  const row = await findChat(sql, mode, whos, now);
  if (row) return presentChat(row);
  const [takenOver] = await listTakeoversOf(sql, mode, whos);
  if (!takenOver) throw notFound('chat', given);
  return presentChat(await findEmptyChat(sql, takenOver, now));
}

/** A chat by its ids, whether or not a history of it is kept. */
export async function showChatOf(
  sql: Sql,
  chat: Pick<ChatRow, 'who' | 'mode' | 'chat_id'>,
  now: Date,
): Promise<Chat> {
  const row = await findChat(sql, chat.mode, [chat.who], now);
  return presentChat(row ?? (await findEmptyChat(sql, chat, now)));
}

/**
 * Every id under which the messages of a chat may be stored.
 * @param given a chat id or phone number in any form, or a person's id
 * @throws EngineError `invalid_request` if it cannot be read
 */
export async function whosOfChat(sql: Sql, mode: Mode, given: string): Promise<string[]> {
  if (personIdOf(given) !== null) return idsOfPeople(sql, [given]);
  return idsOfChat(sql, mode, validOrThrow('chat_id', parseRecipient(given)).chatId);
}

function presentChat(row: ShownChatRow): Chat {
  const id = row.phone ?? row.chat_id;
  return {
    id,
    name: row.name,
    is_group: id.endsWith('@g.us'),
    is_newsletter: id.endsWith('@newsletter'),
    last_message_at: row.last_message_at?.toISOString() ?? null,
    unread_count: row.unread_count,
    // WhatsApp lets people mark a chat as unread on the phone, which it tells no other device in a message.
    marked_unread: false,
    person_id: personIdOf(row.who),
    handled_by: row.is_human ? 'human' : 'bot',
    human_until: row.human_until?.toISOString() ?? null,
  };
}
