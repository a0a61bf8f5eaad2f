import type { Sql, Transaction } from '../sql/database';

/** Stores bytes from a request. */
export function insertMediaFile(tx: Transaction, id: string, bytes: Buffer, now: Date): void {
  tx.write('INSERT INTO media_files (id, bytes, created_at) VALUES ($1, $2, $3)', [id, bytes, now]);
}

/** Copies stored bytes, for another message. @returns whether they are still stored */
export async function copyMediaFile(tx: Sql, from: string, to: string, now: Date): Promise<boolean> {
  const rows = await tx.query(
    'INSERT INTO media_files (id, bytes, created_at) SELECT $2, bytes, $3 FROM media_files WHERE id = $1 RETURNING 1 AS one',
    [from, to, now],
  );
  return rows.length > 0;
}

export function deleteMediaFile(tx: Transaction, id: string): void {
  tx.write('DELETE FROM media_files WHERE id = $1', [id]);
}

export async function readMediaFile(sql: Sql, id: string): Promise<Buffer | undefined> {
  const rows = await sql.query<{ bytes: Uint8Array }>('SELECT bytes FROM media_files WHERE id = $1', [id]);
  return rows[0] && Buffer.from(rows[0].bytes);
}
