import type { Mode } from '../domain/mode';
import { parseRecipient } from '../domain/messages/recipient';
import { EngineError, notFound, validOrThrow } from '../errors';
import type { Work } from '../events/transact';
import type { Sql } from '../store/sql/database';
import {
  listSequences,
  type SequenceFilter,
  type SequenceRow,
  type SequenceStatus,
} from '../store/tables/sequences';
import { idsOfChat } from '../store/tables/person-names';
import { listSteps } from '../store/tables/messages';
import { presentSequence, presentWithSteps } from '../changes/sequence-changes';
import type { WaitingReasons } from '../waiting/waiting-reasons';
import type { CancelSequences } from './sequence-schema';
import { stopSequences } from './stop-sequences';

export interface SequenceQuery {
  to?: string;
  reference?: string;
  status?: SequenceStatus;
}

/** One sequence with its messages, as the API shows it. @throws EngineError `not_found` */
export async function showSequence(sql: Sql, mode: Mode, id: string, waiting: WaitingReasons, now: Date) {
  const row = await getSequence(sql, mode, id);
  const steps = await listSteps(sql, [id]);
  return presentWithSteps(row, steps, await waiting.of(sql, steps, now));
}

/** Sequences as a list shows them. */
export async function showSequences(
  sql: Sql,
  rows: readonly SequenceRow[],
  waiting: WaitingReasons,
  now: Date,
) {
  const active = rows.filter(({ status }) => status === 'active').map(({ id }) => id);
  const waitingFor = await waiting.ofSequences(sql, active, now);
  return rows.map((row) => presentSequence(row, waitingFor(row.id)));
}

/**
 * Sequences that match all given fields, newest first.
 * @throws EngineError `invalid_request` if `to` is not a valid recipient.
 */
export async function findSequences(
  sql: Sql,
  mode: Mode,
  query: SequenceQuery,
  limit: number,
  before: string | null,
): Promise<SequenceRow[]> {
  return listSequences(
    sql,
    mode,
    { ...(await readFilter(sql, mode, query)), status: query.status },
    limit,
    before,
  );
}

/**
 * Cancels a sequence and its pending messages. Canceling it again changes nothing.
 * @throws EngineError `not_found`, or `conflict` when it has ended in another way.
 */
export async function cancelSequence(work: Work, mode: Mode, id: string) {
  await getSequence(work.sql, mode, id);
  await stopSequences(work, mode, [id], 'canceled');
  const row = await getSequence(work.sql, mode, id);
  if (row.status !== 'canceled') {
    const end = row.status === 'completed' ? 'is completed' : 'was stopped by a reply';
    throw new EngineError('conflict', `The sequence ${end} (${row.status}), so it cannot be canceled.`);
  }
  return presentWithSteps(row, await listSteps(work.sql, [id]));
}

/** Cancels every active sequence that matches all given fields. */
export async function cancelSequences(
  work: Work,
  mode: Mode,
  filter: CancelSequences,
): Promise<SequenceRow[]> {
  const wanted = await readFilter(work.sql, mode, filter);
  const active = await listSequences(work.sql, mode, { ...wanted, status: 'active' }, null);
  const ids = active.map(({ id }) => id);
  return stopSequences(work, mode, ids, 'canceled');
}

async function getSequence(sql: Sql, mode: Mode, id: string): Promise<SequenceRow> {
  const [row] = await listSequences(sql, mode, { id }, 1);
  if (!row) throw notFound('sequence', id);
  return row;
}

async function readFilter(
  sql: Sql,
  mode: Mode,
  { to, reference }: Pick<SequenceQuery, 'to' | 'reference'>,
): Promise<SequenceFilter> {
  const recipient = to === undefined ? null : validOrThrow('to', parseRecipient(to));
  return { reference, whos: recipient ? await idsOfChat(sql, mode, recipient.chatId) : undefined };
}
