import type { Mode } from '../../domain/mode';
import type { Sql } from '../sql/database';
import { LIVE } from './recurrences';

/** What goes on to a person until something ends it: ids of active sequences, and of recurrences, paused or not. */
export interface Ongoing {
  sequences: string[];
  recurrences: string[];
}

/** What goes on to these people, from any session. @param whos see `idsOfPeople` */
export async function findOngoing(sql: Sql, mode: Mode, whos: readonly string[]): Promise<Ongoing> {
  return byTable(
    await sql.query<OngoingRow>(
      `SELECT 'sequences' AS "table", id FROM sequences WHERE mode = $1 AND who = ANY($2::text[]) AND status = 'active'
       UNION ALL
       SELECT 'recurrences', id FROM recurrences WHERE mode = $1 AND who = ANY($2::text[]) AND ${LIVE}`,
      [mode, whos],
    ),
  );
}

/**
 * What a reply of these people ends.
 * @param at when the reply was written: what was created later goes on.
 */
export async function findAwaitingReply(
  sql: Sql,
  sessionId: string,
  whos: string[],
  at: Date,
): Promise<Ongoing> {
  return byTable(
    await sql.query<OngoingRow>(
      `SELECT 'sequences' AS "table", id FROM sequences
       WHERE session_id = $1 AND who = ANY($2::text[]) AND status = 'active' AND stop_on_reply AND created_at <= $3
       UNION ALL
       SELECT 'recurrences', id FROM recurrences
       WHERE session_id = $1 AND who = ANY($2::text[]) AND ${LIVE} AND until_reply AND created_at <= $3`,
      [sessionId, whos, at],
    ),
  );
}

interface OngoingRow {
  table: keyof Ongoing;
  id: string;
}

function byTable(rows: readonly OngoingRow[]): Ongoing {
  const idsOf = (table: keyof Ongoing): string[] =>
    rows.filter((row) => row.table === table).map(({ id }) => id);
  return { sequences: idsOf('sequences'), recurrences: idsOf('recurrences') };
}
