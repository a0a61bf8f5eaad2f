import { EVIDENCE_MS, worsened } from '../domain/pacing/slowdown';
import type { Transact, Work } from '../events/transact';
import type { Sql } from '../store/sql/database';
import { listRejections, saveSlowdown, type PacingRow } from '../store/tables/pacing';
import type { SessionRow, StoredSlowdown } from '../store/tables/sessions';
import { readSlowdown, storedSlowdown, type PacingSpeeds } from './pacing-rules';

export interface SlowdownDependencies {
  sql: Sql;
  transact: Transact;
  /** Checked in the transaction: a process that lost the session has nothing to say of it any more. */
  holdsLease(sql: Sql): Promise<void>;
  /** Tells that the session was slowed down, in the transaction of `work`. */
  tellSlowedDown(work: Work, session: SessionRow): Promise<void>;
}

/**
 * Slows a session down where WhatsApp has shown of late that it goes too fast, and tells it.
 * @param handedOver how many messages went in the time that is looked at (`EVIDENCE_MS`, divided by the speed).
 * @returns what was stored; null where nothing new was seen.
 */
export async function slowDownIfAsked(
  { sql, transact, holdsLease, tellSlowedDown }: SlowdownDependencies,
  sessionId: string,
  { mode, state, slowdown }: PacingRow,
  handedOver: number,
  now: number,
  speeds: PacingSpeeds,
): Promise<StoredSlowdown | null> {
  const speed = speeds?.[mode] ?? 1;
  const rejected = await listRejections(sql, sessionId, new Date(now - EVIDENCE_MS / speed));
  const worse = worsened(
    slowdown && readSlowdown(slowdown),
    { handedOver, rejectedAt: rejected.map((at) => at.getTime()), restricted: state === 'restricted' },
    now,
    speed,
  );
  if (!worse) return null;
  const stored = storedSlowdown(worse);
  await transact(async (work) => {
    await holdsLease(work.sql);
    const row = await saveSlowdown(work.sql, sessionId, stored);
    if (row) await tellSlowedDown(work, row);
  });
  return stored;
}
