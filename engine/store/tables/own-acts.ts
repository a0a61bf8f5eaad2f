import type { Sql } from '../sql/database';

/** Remembers the wire id of an act before it goes to WhatsApp. See `wasSentByUs`. */
export async function rememberOwnAct(sql: Sql, wireId: string, now: Date): Promise<void> {
  await sql.query('INSERT INTO own_acts (wire_id, created_at) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    wireId,
    now,
  ]);
}
