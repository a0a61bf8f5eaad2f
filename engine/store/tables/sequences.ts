import type { Mode } from '../../domain/mode';
import type { Sql, Transaction } from '../sql/database';

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
  return sql.query<SequenceRow>(
    `SELECT ${COLUMNS} FROM sequences WHERE mode = $1 AND ($2::text IS NULL OR id = $2) AND ($3::text IS NULL OR status = $3)
       AND ($4::text IS NULL OR reference = $4) AND ($5::text[] IS NULL OR who = ANY($5))
       AND ($6::text IS NULL OR id < $6)
     ORDER BY id DESC LIMIT $7`,
    [
      mode,
      filter.id ?? null,
      filter.status ?? null,
      filter.reference ?? null,
      filter.whos ?? null,
      before,
      limit,
    ],
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
