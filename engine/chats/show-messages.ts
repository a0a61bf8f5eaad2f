import { storedKind, REVOKED } from '../domain/chats/message-kinds';
import { parseWireKey } from '../domain/messages/wire-key';
import { parseInstant } from '../domain/time/send-at';
import type { Mode } from '../domain/mode';
import { Faults, notFound } from '../errors';
import type { Sql } from '../store/sql/database';
import {
  findChatMessage,
  listChatMessages,
  type ChatMessageFilter,
  type ChatPlace,
  type ShownChatMessageRow,
} from '../store/tables/chat-messages';
import { whosOfChat } from './show-chats';

/** What a client asks of the messages of a chat; times are RFC 3339 with offset. */
export interface ChatMessageQuery {
  q?: string;
  /** From, and up to and including: as published. */
  since?: string;
  until?: string;
  /** Later than, and earlier than. */
  after?: string;
  before?: string;
  direction?: 'in' | 'out';
  /** Several with commas between them. */
  message_types?: string | string[];
}

/**
 * Messages of a chat, the newest first unless `order` says otherwise. What was taken back is left out, unless
 * `message_types` asks for it.
 * @param given see `whosOfChat`
 * @throws EngineError `invalid_request`
 */
export async function showChatMessages(
  sql: Sql,
  mode: Mode,
  given: string,
  query: ChatMessageQuery,
  order: 'asc' | 'desc',
  limit: number,
  place: ChatPlace | null,
): Promise<ShownChatMessageRow[]> {
  const filter = readFilter(query);
  return listChatMessages(sql, mode, await whosOfChat(sql, mode, given), filter, order, limit, place);
}

function readFilter({ q, direction, message_types: asked, ...query }: ChatMessageQuery): ChatMessageFilter {
  const faults = new Faults();
  const time = (field: 'since' | 'until' | 'after' | 'before'): Date | undefined => {
    const value = query[field];
    const read = value === undefined ? null : faults.read(field, parseInstant(value));
    return read ? new Date(read.at) : undefined;
  };
  const times = { since: time('since'), until: time('until'), after: time('after'), before: time('before') };
  faults.throwIfAny();
  const types = [asked ?? []].flat().flatMap((list) => list.split(',').map((type) => type.trim()));
  return {
    ...{ q, direction, ...times },
    types: types.length > 0 ? types.map(storedKind) : null,
    revoked: types.includes(REVOKED),
  };
}

/**
 * One message of a chat. @param given see `whosOfChat`
 * @throws EngineError `not_found`, or `invalid_request` for what is not a key
 */
export async function getChatMessage(
  sql: Sql,
  mode: Mode,
  given: string,
  key: string,
): Promise<ShownChatMessageRow> {
  const parsed = parseWireKey(key);
  const row =
    parsed.ok && (await findChatMessage(sql, mode, await whosOfChat(sql, mode, given), parsed.wireId));
  if (!row) throw notFound('message', key);
  return row;
}
