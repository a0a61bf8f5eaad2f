import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseRecipient } from '../domain/messages/recipient';
import type { Mode } from '../domain/mode';
import { notFound, validOrThrow } from '../errors';
import { presentRecurrence, type ShownRecurrence } from '../changes/recurrence-changes';
import type { Sql } from '../store/sql/database';
import { idsOfChat } from '../store/tables/person-names';
import { findRecurrence, listRecurrences, type RecurrenceStatus } from '../store/tables/recurrences';

export interface RecurrenceQuery {
  to?: string;
  audience_id?: string;
  reference?: string;
  status?: RecurrenceStatus;
}

/** A recurrence as the API shows it. @throws EngineError `not_found` */
export async function showRecurrence(sql: Sql, mode: Mode, id: string, now: Date): Promise<ShownRecurrence> {
  const row = await findRecurrence(sql, mode, id);
  if (!row) throw notFound('recurrence', id);
  return presentRecurrence(row, now);
}

/**
 * Recurrences that match all given fields, newest first, as the API shows them.
 * @throws EngineError `invalid_request` if `to` is not a valid recipient.
 */
export async function findRecurrences(
  sql: Sql,
  mode: Mode,
  { to, audience_id: audienceId, reference, status }: RecurrenceQuery,
  limit: number,
  before: string | null,
  now: Date,
): Promise<ShownRecurrence[]> {
  const recipient = to === undefined ? null : validOrThrow('to', parseRecipient(to));
  const whos = recipient ? await idsOfChat(sql, mode, recipient.chatId) : undefined;
  const rows = await listRecurrences(sql, mode, { audienceId, reference, status, whos }, limit, before);
  const shown: ShownRecurrence[] = [];
  for (const row of rows) {
    shown.push(presentRecurrence(row, now));
    // Its next moments take a few milliseconds. Give other requests a turn.
    await nextTurn();
  }
  return shown;
}
