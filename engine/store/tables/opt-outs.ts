import type { Mode } from '../../domain/mode';
import type { Sql, Transaction } from '../sql/database';
import { deleteErasedOptOuts, isErasedOptOut } from './erased-opt-outs';
import { SAME_PERSON } from './person-names';

/** The person wrote a stop word, or a client of the API asked for it. */
export const OPT_OUT_SOURCES = ['reply', 'api'] as const;

/** A row of `opt_outs`. */
export interface OptOutRow {
  mode: Mode;
  /** A person's id, or the chat id of a group or channel. */
  who: string;
  chat_id: string;
  recipient: string;
  source: (typeof OPT_OUT_SOURCES)[number];
  created_at: Date;
}

/** SQL: whether the person with this id has opted out, also if they were erased since. */
export const isOptedOut = (mode: string, id: string): string =>
  `(EXISTS (SELECT FROM opt_outs AS o WHERE o.mode = ${mode} AND o.who = ${id}) OR ${isErasedOptOut(mode, id)})`;

/** Which of these have opted out, under any of their names. */
export async function findOptedOut(sql: Sql, mode: Mode, whos: readonly string[]): Promise<Set<string>> {
  const rows = await sql.query<{ given: string }>(
    `SELECT DISTINCT given FROM (${SAME_PERSON}) AS same WHERE ${isOptedOut('$2', 'same.id')}`,
    [whos, mode],
  );
  return new Set(rows.map(({ given }) => given));
}

/** Opt-outs under any of these ids, oldest first; not those of erased people. */
export async function findOptOuts(sql: Sql, mode: Mode, whos: readonly string[]): Promise<OptOutRow[]> {
  return sql.query<OptOutRow>(
    'SELECT * FROM opt_outs WHERE mode = $1 AND who = ANY($2::text[]) ORDER BY created_at, who',
    [mode, whos],
  );
}

/** @returns whether it is new. If another transaction is inserting the same one, this waits for it. */
export async function insertOptOut(tx: Sql, row: OptOutRow): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO opt_outs (mode, who, chat_id, recipient, source, created_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT DO NOTHING RETURNING who`,
    [row.mode, row.who, row.chat_id, row.recipient, row.source, row.created_at],
  );
  return rows.length > 0;
}

/** Also ends the opt-outs that erased people had. @returns whether any existed. */
export async function deleteOptOuts(sql: Sql, mode: Mode, whos: readonly string[]): Promise<boolean> {
  const rows = await sql.query(
    'DELETE FROM opt_outs WHERE mode = $1 AND who = ANY($2::text[]) RETURNING who',
    [mode, whos],
  );
  const hadErased = await deleteErasedOptOuts(sql, mode, whos);
  return rows.length > 0 || hadErased;
}

/** Gives the earliest opt-out of these ids to the person they have turned out to be. */
export function moveOptOuts(tx: Transaction, losers: readonly string[], survivor: string): void {
  tx.write(
    `INSERT INTO opt_outs (mode, who, chat_id, recipient, source, created_at)
     SELECT mode, $2, chat_id, recipient, source, created_at FROM opt_outs WHERE who = ANY($1::text[])
     ORDER BY created_at LIMIT 1
     ON CONFLICT (mode, who) DO UPDATE SET chat_id = excluded.chat_id, recipient = excluded.recipient,
       source = excluded.source, created_at = excluded.created_at
     WHERE excluded.created_at < opt_outs.created_at`,
    [losers, survivor],
  );
  tx.write('DELETE FROM opt_outs WHERE who = ANY($1::text[])', [losers]);
}

/** At most `limit` rows, newest first; with `before`, only rows that come after that one in the list. */
export async function listOptOuts(
  sql: Sql,
  mode: Mode,
  limit: number,
  before: { at: Date; key: string } | null,
): Promise<OptOutRow[]> {
  return sql.query<OptOutRow>(
    `SELECT * FROM opt_outs WHERE mode = $1 AND ($2::timestamptz IS NULL OR (created_at, who) < ($2, $3))
     ORDER BY created_at DESC, who DESC LIMIT $4`,
    [mode, before?.at ?? null, before?.key ?? null, limit],
  );
}
