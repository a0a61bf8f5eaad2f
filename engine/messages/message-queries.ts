import { parseDestination } from '../domain/messages/recipient';
import type { Mode } from '../domain/mode';
import { Faults, notFound } from '../errors';
import type { Sql } from '../store/sql/database';
import { idsOfChat } from '../store/tables/person-names';
import {
  findMessage,
  isNarrow,
  listMessages,
  type MessageFilter,
  type MessageRow,
} from '../store/tables/messages';
import { searchMessages } from '../store/tables/searched-messages';

export interface MessageQuery {
  /** A chat id or a phone number. */
  chat_id?: string;
  to?: string;
  status?: string;
  q?: string;
  reference?: string;
  campaign_id?: string;
  recurrence_id?: string;
}

/** @throws EngineError `not_found` */
export async function getMessage(sql: Sql, mode: Mode, id: string): Promise<MessageRow> {
  const row = await findMessage(sql, mode, id);
  if (!row) throw notFound('message', id);
  return row;
}

/**
 * Messages that match all given fields, newest first. `to` and `chat_id` mean the same.
 * @throws EngineError `invalid_request` if one of these is not a valid recipient.
 */
export async function findMessages(
  sql: Sql,
  mode: Mode,
  query: MessageQuery,
  limit: number,
  before: string | null,
): Promise<MessageRow[]> {
  const faults = new Faults();
  const chats = (['chat_id', 'to'] as const).flatMap((field) => {
    const value = query[field];
    return value === undefined ? [] : (faults.read(field, parseDestination(value))?.chatId ?? []);
  });
  faults.throwIfAny();
  const whos = await Promise.all(chats.map((chat) => idsOfChat(sql, mode, chat)));
  const [ids] = whos;
  if (whos.some((other) => !other.includes(ids![0]!))) return [];
  const filter: MessageFilter = {
    whos: ids,
    statuses: query.status === undefined ? undefined : query.status.split(','),
    q: query.q,
    reference: query.reference,
    campaignId: query.campaign_id,
    recurrenceId: query.recurrence_id,
  };
  const { q } = filter;
  if (q === undefined || isNarrow(filter)) return listMessages(sql, mode, filter, limit, before);
  return searchMessages(sql, mode, { ...filter, q }, limit, before);
}
