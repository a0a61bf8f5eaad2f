import type { Mode } from '../../domain/mode';
import type { Sql } from '../sql/database';
import { PENDING } from './messages';

/** A row of `audiences`. */
export interface AudienceRow {
  id: string;
  mode: Mode;
  name: string;
  /** How many contacts it has. */
  contact_count: number;
  created_at: Date;
}

export async function insertAudience(tx: Sql, row: AudienceRow): Promise<void> {
  await tx.query(
    'INSERT INTO audiences (id, mode, name, contact_count, created_at) VALUES ($1, $2, $3, $4, $5)',
    [row.id, row.mode, row.name, row.contact_count, row.created_at],
  );
}

export async function findAudience(sql: Sql, mode: Mode, id: string): Promise<AudienceRow | undefined> {
  const rows = await sql.query<AudienceRow>('SELECT * FROM audiences WHERE id = $1 AND mode = $2', [
    id,
    mode,
  ]);
  return rows[0];
}

/** Like `findAudience`, and locks it and its contacts against changes until the transaction ends. */
export async function lockAudience(tx: Sql, mode: Mode, id: string): Promise<AudienceRow | undefined> {
  const rows = await tx.query<AudienceRow>(
    'SELECT * FROM audiences WHERE id = $1 AND mode = $2 FOR NO KEY UPDATE',
    [id, mode],
  );
  return rows[0];
}

/** Those of these audiences that exist. Until the transaction ends, they are not removed. */
export async function holdAudiences(
  sql: Sql,
  mode: Mode,
  ids: readonly string[],
): Promise<Pick<AudienceRow, 'id' | 'contact_count'>[]> {
  return sql.query(
    'SELECT id, contact_count FROM audiences WHERE id = ANY($2::text[]) AND mode = $1 ORDER BY id FOR SHARE',
    [mode, ids],
  );
}

/** Whether a status that is still to be sent goes to an audience. */
export async function hasPendingStatus(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql.query(
    `SELECT FROM messages WHERE audience_id = $1 AND (${PENDING} OR (status = 'sending' AND sent_at IS NULL)) LIMIT 1`,
    [id],
  );
  return rows.length > 0;
}

export async function listAudiences(
  sql: Sql,
  mode: Mode,
  limit: number,
  before: string | null,
): Promise<AudienceRow[]> {
  return sql.query<AudienceRow>(
    'SELECT * FROM audiences WHERE mode = $1 AND ($2::text IS NULL OR id < $2) ORDER BY id DESC LIMIT $3',
    [mode, before, limit],
  );
}

export async function renameAudience(tx: Sql, id: string, name: string): Promise<void> {
  await tx.query('UPDATE audiences SET name = $2 WHERE id = $1', [id, name]);
}

/** @returns the new number of contacts. */
export async function addToContactCount(tx: Sql, id: string, more: number): Promise<number> {
  const rows = await tx.query<{ contact_count: number }>(
    'UPDATE audiences SET contact_count = contact_count + $2 WHERE id = $1 RETURNING contact_count',
    [id, more],
  );
  return rows[0]!.contact_count;
}

/** Removes it with all its contacts. */
export async function deleteAudience(tx: Sql, id: string): Promise<void> {
  await tx.query('DELETE FROM audiences WHERE id = $1', [id]);
}
