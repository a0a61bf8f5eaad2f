import { decide } from '../domain/messages/send-decision';
import { canceled, claimed, failed, queued, type MessageChange } from '../changes/message-changes';
import type { Sql } from '../store/sql/database';
import type { MessageRow } from '../store/tables/messages';
import { findOptedOut } from '../store/tables/opt-outs';
import { findEnded } from '../store/tables/sequences';

/** Pending messages that must no longer be sent. */
export interface Unwanted {
  /** Who has opted out of campaigns and sequences. */
  optedOut: Set<string>;
  /** Sequences that have ended. */
  ended: Set<string>;
}

export async function findUnwanted(sql: Sql, rows: MessageRow[]): Promise<Unwanted> {
  const sequences = rows.flatMap((row) => row.sequence_id ?? []);
  const whos = rows.filter(isBulk).map((row) => row.who);
  return {
    optedOut: whos.length > 0 ? await findOptedOut(sql, rows[0]!.mode, whos) : new Set(),
    ended: sequences.length > 0 ? await findEnded(sql, sequences) : new Set(),
  };
}

/** People who opted out still get single messages. */
export const isBulk = (row: MessageRow): boolean => row.campaign_id !== null || row.sequence_id !== null;

/** What happens to a due message now. */
export function decideOne(row: MessageRow, { optedOut, ended }: Unwanted, now: Date): MessageChange {
  // Its sequence was stopped during the hand-over, and nothing reached the wire.
  if (row.sequence_id && ended.has(row.sequence_id) && row.handed_over_at === null) return canceled(row, now);
  const decision = decide(
    {
      expiresAt: row.expires_at?.getTime() ?? null,
      sendWindow: row.send_window,
      optedOut: isBulk(row) && optedOut.has(row.who),
    },
    now.getTime(),
  );
  if (decision.do === 'fail') return failed(row, decision.reason, now);
  if (decision.do === 'wait') return queued(row, new Date(decision.until));
  return claimed(row, now);
}
