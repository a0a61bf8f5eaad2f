import type { Mode } from '../../domain/mode';
import type { Sql } from '../sql/database';
import { NAMES } from './known-accounts';

/** The person wrote a stop word, or a client of the API asked for it. */
export const OPT_OUT_SOURCES = ['reply', 'api'] as const;

/** A row of `opt_outs`. */
export interface OptOutRow {
  mode: Mode;
  chat_id: string;
  recipient: string;
  source: (typeof OPT_OUT_SOURCES)[number];
  created_at: Date;
}

/** Which of these chats belong to people who have opted out, under any of their chat ids. */
export async function findOptedOut(sql: Sql, mode: Mode, chatIds: string[]): Promise<Set<string>> {
  const rows = await sql.query<{ given: string }>(
    `SELECT DISTINCT given FROM (${NAMES}) AS names JOIN opt_outs o ON o.mode = $1 AND o.chat_id = names.name`,
    [mode, chatIds],
  );
  return new Set(rows.map(({ given }) => given));
}

/** Opt-outs under any of these chat ids, oldest first. */
export async function findOptOuts(sql: Sql, mode: Mode, chatIds: string[]): Promise<OptOutRow[]> {
  return sql.query<OptOutRow>(
    'SELECT * FROM opt_outs WHERE mode = $1 AND chat_id = ANY($2::text[]) ORDER BY created_at, chat_id',
    [mode, chatIds],
  );
}

/** @returns whether it is new. If another transaction is inserting the same one, this waits for it. */
export async function insertOptOut(tx: Sql, row: OptOutRow): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO opt_outs (mode, chat_id, recipient, source, created_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING RETURNING chat_id`,
    [row.mode, row.chat_id, row.recipient, row.source, row.created_at],
  );
  return rows.length > 0;
}

/** @returns whether any existed. */
export async function deleteOptOuts(sql: Sql, mode: Mode, chatIds: string[]): Promise<boolean> {
  const rows = await sql.query(
    'DELETE FROM opt_outs WHERE mode = $1 AND chat_id = ANY($2::text[]) RETURNING chat_id',
    [mode, chatIds],
  );
  return rows.length > 0;
}

/** At most `limit` rows, newest first; with `before`, only rows that come after that one in the list. */
export async function listOptOuts(
  sql: Sql,
  mode: Mode,
  limit: number,
  before: { at: Date; key: string } | null,
): Promise<OptOutRow[]> {
  return sql.query<OptOutRow>(
    `SELECT * FROM opt_outs WHERE mode = $1 AND ($2::timestamptz IS NULL OR (created_at, chat_id) < ($2, $3))
     ORDER BY created_at DESC, chat_id DESC LIMIT $4`,
    [mode, before?.at ?? null, before?.key ?? null, limit],
  );
}
