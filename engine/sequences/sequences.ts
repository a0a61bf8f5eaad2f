import type { Mode } from '../domain/mode';
import { EngineError, invalidRequest, notFound, type ErrorDetail } from '../errors';
import type { Work } from '../events/transact';
import { Faults, readRecipient } from '../messages/message-rules';
import type { Sql } from '../store/sql/database';
import {
  listSequences,
  listSteps,
  type SequenceFilter,
  type SequenceRow,
  type SequenceStatus,
} from '../store/tables/sequences';
import { presentWithSteps } from '../changes/present-sequence';
import type { CancelSequences } from './sequence-schema';
import { stopSequences } from './stop-sequences';

export interface SequenceQuery {
  to?: string;
  reference?: string;
  status?: SequenceStatus;
}

/** One sequence with its messages, as the API shows it. @throws EngineError `not_found` */
export async function showSequence(sql: Sql, mode: Mode, id: string) {
  return presentWithSteps(await getSequence(sql, mode, id), await listSteps(sql, [id]));
}

/**
 * Sequences that match all that is asked, newest first.
 * @throws EngineError `invalid_request` where `to` is no recipient.
 */
export async function findSequences(
  sql: Sql,
  mode: Mode,
  query: SequenceQuery,
  limit: number,
  before: string | null,
): Promise<SequenceRow[]> {
  return listSequences(sql, mode, { ...readFilter(query), status: query.status }, limit, before);
}

/**
 * Cancels a sequence and what is pending of it; one that is canceled already stays as it is.
 * @throws EngineError `not_found`, or `conflict` when it has ended otherwise.
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

/** Cancels every active sequence that matches all that is given. */
export async function cancelSequences(
  work: Work,
  mode: Mode,
  filter: CancelSequences,
): Promise<SequenceRow[]> {
  const active = await listSequences(work.sql, mode, { ...readFilter(filter), status: 'active' }, null);
  const ids = active.map(({ id }) => id);
  return stopSequences(work, mode, ids, 'canceled');
}

async function getSequence(sql: Sql, mode: Mode, id: string): Promise<SequenceRow> {
  const [row] = await listSequences(sql, mode, { id }, 1);
  if (!row) throw notFound('sequence', id);
  return row;
}

function readFilter({ to, reference }: Pick<SequenceQuery, 'to' | 'reference'>): SequenceFilter {
  const details: ErrorDetail[] = [];
  const recipient = to === undefined ? undefined : readRecipient(to, new Faults(details));
  if (details.length > 0) throw invalidRequest(details);
  return { reference, chatIds: recipient ? [recipient.chatId] : undefined };
}
