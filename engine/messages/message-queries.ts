import type { Mode } from '../domain/mode';
import { invalidRequest, notFound, type ErrorDetail } from '../errors';
import type { Sql } from '../store/sql/database';
import { findMessage, listMessages, type MessageRow } from '../store/tables/messages';
import { Faults, readRecipient } from './message-rules';

export interface MessageQuery {
  /** A chat id or a phone number. */
  chat_id?: string;
  to?: string;
  status?: string;
  q?: string;
  reference?: string;
  campaign_id?: string;
}

/** @throws EngineError `not_found` */
export async function getMessage(sql: Sql, mode: Mode, id: string): Promise<MessageRow> {
  const row = await findMessage(sql, mode, id);
  if (!row) throw notFound('message', id);
  return row;
}

/**
 * Messages that match all that is asked, newest first; `to` and `chat_id` are two words for the same thing.
 * @throws EngineError `invalid_request` where one of these is no recipient.
 */
export async function findMessages(
  sql: Sql,
  mode: Mode,
  query: MessageQuery,
  limit: number,
  before: string | null,
): Promise<MessageRow[]> {
  const details: ErrorDetail[] = [];
  const chats = (['chat_id', 'to'] as const).flatMap((field) => {
    const value = query[field];
    if (value === undefined) return [];
    const recipient = readRecipient(value, new Faults(details));
    if (!recipient) details[details.length - 1]!.path = field;
    return recipient ? [recipient.chatId] : [];
  });
  if (details.length > 0) throw invalidRequest(details);
  if (new Set(chats).size > 1) return [];
  return listMessages(
    sql,
    mode,
    {
      chatIds: chats.length > 0 ? chats.slice(0, 1) : undefined,
      statuses: query.status === undefined ? undefined : query.status.split(','),
      q: query.q,
      reference: query.reference,
      campaignId: query.campaign_id,
    },
    limit,
    before,
  );
}
