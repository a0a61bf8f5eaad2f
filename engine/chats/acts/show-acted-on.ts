import type { Mode } from '../../domain/mode';
import { notFound } from '../../errors';
import type { Sql } from '../../store/sql/database';
import type { ShownChatMessageRow } from '../../store/tables/chat-messages';
import type { MessageRow } from '../../store/tables/messages';
import { sentRow } from '../history-rows';
import { findTarget } from './find-target';

/**
 * A message as it is now, in the form of the history, also if that does not keep it.
 * @throws EngineError `not_found` if it is a received one that the history does not have
 */
export async function findActedOn(
  sql: Sql,
  mode: Mode,
  given: string,
  key: string,
): Promise<ShownChatMessageRow> {
  const { own, row } = await findTarget(sql, mode, given, key);
  if (row) return row;
  if (own) return shownOwn(own);
  throw notFound('message', key);
}

function shownOwn(own: MessageRow): ShownChatMessageRow {
  const { edited_at, revoked_at, status, sent_at, delivered_at, read_at, media } = own;
  const row = sentRow({ row: own }, own.created_at);
  return { ...row, edited_at, revoked_at, status, sent_at, delivered_at, read_at, sent_media: media };
}
