import type { Sql } from '../sql/database';
import { PENDING } from './messages';

/**
 * Ends messages that should have been sent by `now`, or whose hand-over was never acknowledged: they expire when a lane
 * looks at them. Those of paused campaigns stay held.
 * @returns how many
 */
export async function expireDue(tx: Sql, now: Date): Promise<number> {
  const rows = await tx.query(
    `UPDATE messages SET expires_at = least(expires_at, $1)
     WHERE NOT held AND ((${PENDING} AND due_at <= $1) OR (status = 'sending' AND sent_at IS NULL)) RETURNING id`,
    [now],
  );
  return rows.length;
}
