import type { ActFacts } from '../../domain/chats/act-rules';
import { ID_PREFIXES } from '../../domain/ids';
import { parseWireKey } from '../../domain/messages/wire-key';
import type { Mode } from '../../domain/mode';
import { notFound } from '../../errors';
import type { Sql } from '../../store/sql/database';
import { findChatMessage, type ShownChatMessageRow } from '../../store/tables/chat-messages';
import { findInboundInChat } from '../../store/tables/inbound-messages';
import { findByWireIds, findMessage, type MessageRow } from '../../store/tables/messages';
import type { ActTarget } from '../../transport/chat-acts';
import { kindOf } from '../history-rows';
import { whosOfChat } from '../show-chats';

/** A message that something is done to. */
export interface FoundMessage {
  sessionId: string;
  who: string;
  target: ActTarget;
  facts: ActFacts;
  /** Its row, if the engine sent it. */
  own: MessageRow | null;
  /** What the history has of it. */
  row: ShownChatMessageRow | null;
  /** Of its row in `inbound_messages`; null if the engine sent it. */
  inboundId: string | null;
}

/**
 * Finds a message of a chat, also one that the history does not have.
 * @param given see `whosOfChat`
 * @param key the key of a message, or the id of one that the engine sends
 * @throws EngineError `not_found`, or `invalid_request` for what does not name a chat
 */
export async function findTarget(sql: Sql, mode: Mode, given: string, key: string): Promise<FoundMessage> {
  const whos = await whosOfChat(sql, mode, given);
  const own = await findOwn(sql, mode, whos, key);
  const wireId = own?.wire_id ?? wireIdOf(key);
  if (wireId === null) throw notFound('message', key);
  const row = (await findChatMessage(sql, mode, whos, wireId)) ?? null;
  if (own) return { ...ofOwn(own, row), own, row, inboundId: null };
  if (row) return { ...ofHistory(row), own: null, row, inboundId: row.id };
  const found = await findReceived(sql, mode, whos, key);
  if (!found) throw notFound('message', key);
  return { ...found, own: null, row: null };
}

function wireIdOf(key: string): string | null {
  const parsed = parseWireKey(key);
  return parsed.ok ? parsed.wireId : null;
}

async function findOwn(
  sql: Sql,
  mode: Mode,
  whos: readonly string[],
  key: string,
): Promise<MessageRow | null> {
  const wireId = wireIdOf(key);
  const byId = key.startsWith(`${ID_PREFIXES.message}_`) ? await findMessage(sql, mode, key) : undefined;
  const found = byId ? [byId] : wireId ? await findByWireIds(sql, mode, [wireId]) : [];
  return found.find(({ who, erased_at: erasedAt }) => whos.includes(who) && !erasedAt) ?? null;
}

type Place = Pick<FoundMessage, 'sessionId' | 'who' | 'target' | 'facts'>;

function ofOwn(own: MessageRow, row: ShownChatMessageRow | null): Place {
  return {
    sessionId: own.session_id,
    who: own.who,
    target: { chatId: own.chat_id, wireId: own.wire_id, fromMe: true, author: null },
    facts: {
      isOwn: true,
      type: kindOf(own),
      stage: stageOf(own),
      at: own.sent_at?.getTime() ?? 0,
      // The owner may have taken it back on the phone.
      isRevoked: (own.revoked_at ?? row?.revoked_at ?? null) !== null,
      isInChannel: isChannel(own.chat_id),
      messageId: own.id,
    },
  };
}

function stageOf({ status, sent_at, handed_over_at }: MessageRow): ActFacts['stage'] {
  if (status === 'failed' || status === 'canceled') return 'never_sent';
  if (sent_at) return 'in_chat';
  return handed_over_at ? 'under_way' : 'pending';
}

function ofHistory(row: ShownChatMessageRow): Place {
  const { chat_id: chatId, wire_id: wireId, direction, author } = row;
  const fromMe = direction === 'out';
  return {
    sessionId: row.session_id,
    who: row.who,
    target: { chatId, wireId, fromMe, author: fromMe || !isGroup(chatId) ? null : author },
    facts: {
      ...{ isOwn: fromMe, type: row.type, stage: 'in_chat', at: row.at.getTime(), messageId: null },
      isRevoked: row.revoked_at !== null,
      isInChannel: isChannel(chatId),
    },
  };
}

/** A received message that the history does not keep. Its key says the rest. */
async function findReceived(
  sql: Sql,
  mode: Mode,
  whos: readonly string[],
  key: string,
): Promise<(Place & { inboundId: string }) | null> {
  const parsed = parseWireKey(key);
  if (!parsed.ok) return null;
  const { chatId, wireId, author } = parsed;
  const found = await findInboundInChat(sql, mode, chatId, wireId);
  if (!found || !whos.includes(found.who)) return null;
  const fromMe = found.kind.startsWith('own_');
  return {
    sessionId: found.session_id,
    who: found.who,
    inboundId: found.id,
    target: { chatId, wireId, fromMe, author: fromMe ? null : author },
    facts: {
      ...{ isOwn: fromMe, type: 'text', stage: 'in_chat', at: found.written_at.getTime(), messageId: null },
      ...{ isRevoked: false, isInChannel: isChannel(chatId) },
    },
  };
}

const isGroup = (chatId: string): boolean => chatId.endsWith('@g.us');
/** Also a status, which everybody gets in a chat of its own. */
const isChannel = (chatId: string): boolean => /@(newsletter|broadcast)$/.test(chatId);
