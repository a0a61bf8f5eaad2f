import { fairTurn } from '../../../async/fair-turn';
import type { Baileys, HistoryChat, HistoryContent } from '../baileys';
import { isLid, phoneOf } from '../jids';
import { fieldsOf } from '../wire-fields';

/** A chat of a shared history. */
export interface SharedChat {
  /** Without its messages. */
  chat: HistoryChat;
  /** Each encoded, a `WebMessageInfo`. There may be tens of thousands. */
  messages: Uint8Array[];
}

export interface OpenedHistory {
  chats: SharedChat[];
  /** All but the messages. */
  rest: HistoryContent;
}

/** Numbers of fields: chats in a history, messages in a chat, and the message in what a chat calls one. */
const CHAT = 2;
const MESSAGES = 2;
const MESSAGE = 1;

/**
 * Opens a history that the phone has shared, chat by chat, and lets others have their turn: decoding all messages at once
 * would take the event loop for half a second. Throws if it is damaged.
 * @param bytes a `HistorySync`
 */
export async function openHistory(
  bytes: Uint8Array,
  baileys: Pick<Baileys, 'proto'>,
): Promise<OpenedHistory> {
  const { HistorySync } = baileys.proto;
  const chats: SharedChat[] = [];
  const others: Uint8Array[] = [];
  for (const { number, content, whole } of fieldsOf(bytes)) {
    await fairTurn();
    if (number === CHAT && content) chats.push(await openChat(content, baileys));
    else others.push(whole);
  }
  const rest = HistorySync.decode(Buffer.concat(others));
  rest.conversations = chats.map(({ chat }) => chat);
  return { chats, rest };
}

async function openChat(content: Uint8Array, baileys: Pick<Baileys, 'proto'>): Promise<SharedChat> {
  const fields = fieldsOf(content);
  const isMessage = ({ number }: { number: number }): boolean => number === MESSAGES;
  const about = fields.filter((field) => !isMessage(field)).map(({ whole }) => whole);
  const chat = baileys.proto.Conversation.decode(Buffer.concat(about));
  const messages = fields.filter(isMessage).flatMap(({ content: inside }) => {
    const message = inside && fieldsOf(inside).find(({ number }) => number === MESSAGE);
    return message?.content ?? [];
  });
  if (isLid(chat.id) && !chat.pnJid) chat.pnJid = await numberIn(messages, baileys);
  return { chat, messages };
}

/** The number of the person in a chat that is known by a lid: it is in the receipts of what the owner wrote. */
async function numberIn(
  messages: readonly Uint8Array[],
  { proto }: Pick<Baileys, 'proto'>,
): Promise<string | undefined> {
  for (const bytes of messages) {
    await fairTurn();
    const { key, userReceipt } = decodedMessage(bytes, { proto }) ?? {};
    const reader = key?.fromMe ? userReceipt?.[0]?.userJid : null;
    if (reader && phoneOf(reader)) return reader;
  }
  return undefined;
}

/** A message of a shared history; null if it is damaged, which must not keep the others from being read. */
export function decodedMessage(bytes: Uint8Array, { proto }: Pick<Baileys, 'proto'>) {
  try {
    return proto.WebMessageInfo.decode(bytes);
  } catch {
    return null;
  }
}
