import type { Mode } from '../../domain/mode';
import type { Sql, Transaction } from '../sql/database';
import { newestOfEach } from '../sql/newest-of-each';

export const SEQUENCE_STATUSES = ['active', 'stopped_by_reply', 'canceled', 'completed'] as const;

export type SequenceStatus = (typeof SEQUENCE_STATUSES)[number];

/** A row of `sequences`. Its steps are rows of `messages`. */
export interface SequenceRow {
  id: string;
  mode: Mode;
  session_id: string;
  /** The session's current number; not a column of this table. */
  from_phone: string | null;
  recipient: string;
  chat_id: string;
  /** Who gets it: a person's id, or the chat id of a group or channel. */
  who: string;
  reference: string | null;
  timezone: string;
  stop_on_reply: boolean;
  step_count: number;
  status: SequenceStatus;
  created_at: Date;
  ended_at: Date | null;
  /** Its recipient was erased: it has no recipient or reference any more. */
  erased_at: Date | null;
}

/** Conditions for a list of sequences. They are combined with AND. */
export interface SequenceFilter {
  id?: string;
  status?: SequenceStatus;
  reference?: string;
  /** See `idsOfPeople`. */
  whos?: string[];
}

const COLUMNS = `sequences.*, (SELECT phone FROM sessions WHERE id = sequences.session_id) AS from_phone`;

export function insertSequence(tx: Transaction, row: SequenceRow): void {
  tx.write('INSERT INTO sequences SELECT * FROM jsonb_populate_record(NULL::sequences, $1::jsonb)', [
    JSON.stringify(row),
  ]);
}

/** At most `limit` rows, newest first; with `before`, only rows with a smaller id. */
export async function listSequences(
  sql: Sql,
  mode: Mode,
  filter: SequenceFilter,
  limit: number | null,
  before: string | null = null,
): Promise<SequenceRow[]> {
  const params: unknown[] = [mode, limit];
  const where = ['mode = $1'];
  const add = (condition: (placeholder: string) => string, value: unknown): void => {
    if (value !== undefined && value !== null) where.push(condition(`$${params.push(value)}`));
  };
  add((p) => `id = ${p}`, filter.id);
  add((p) => `reference = ${p}`, filter.reference);
  add((p) => `who = ANY(${p}::text[])`, filter.whos);
  add((p) => `id < ${p}`, before);
  const isNarrow = (filter.id ?? filter.reference ?? filter.whos) !== undefined;
  if (!isNarrow) {
    const statuses = params.push(filter.status === undefined ? SEQUENCE_STATUSES : [filter.status]);
    return sql.query<SequenceRow>(newestOfEach('sequences', COLUMNS, where, `$${statuses}`, '$2'), params);
  }
  add((p) => `status = ${p}`, filter.status);
  return sql.query<SequenceRow>(
    `SELECT ${COLUMNS} FROM sequences WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT $2`,
    params,
  );
}

/** Locks those that are still active, in the order of ids, so that two callers cannot deadlock. */
export async function lockActive(tx: Sql, ids: string[]): Promise<SequenceRow[]> {
  // Most messages that come in stop no sequence.
  if (ids.length === 0) return [];
  return tx.query<SequenceRow>(
    `SELECT ${COLUMNS} FROM sequences WHERE id = ANY($1::text[]) AND status = 'active' ORDER BY id FOR NO KEY UPDATE`,
    [ids],
  );
}

export function saveEnded(tx: Transaction, ids: string[], status: SequenceStatus, now: Date): void {
  tx.write('UPDATE sequences SET status = $2, ended_at = $3 WHERE id = ANY($1::text[])', [ids, status, now]);
}

/** Which of these sequences have ended. */
export async function findEnded(sql: Sql, ids: string[]): Promise<Set<string>> {
  const rows = await sql.query<{ id: string }>(
    `SELECT id FROM sequences WHERE id = ANY($1::text[]) AND status <> 'active'`,
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}
