import { isWorse, quotaAfter, type QuotaAnswer } from '../domain/pacing/quota';
import type { Transact } from '../events/transact';
import { readStoredQuota, storedQuota, type PacingSpeeds } from '../pacing/pacing-rules';
import type { Sql } from '../store/sql/database';
import { readQuota, saveQuota, type StoredQuota } from '../store/tables/sessions';
import { tellOfSession } from './session-state';

/** Two readings of the end of one cycle differ by less: clocks drift, and WhatsApp's times are in seconds. */
const SAME_CYCLE_MS = 3_600_000;

/**
 * Stores what WhatsApp says about its quota of new chats, with an event if that is worse than all that was told in this
 * cycle.
 * @param holdsLease throws if this process no longer owns the session; checked in the transaction.
 */
export async function recordQuota(
  transact: Transact,
  sessionId: string,
  answer: QuotaAnswer,
  holdsLease: (sql: Sql) => Promise<void>,
  speeds: PacingSpeeds,
): Promise<void> {
  await transact(async (work) => {
    await holdsLease(work.sql);
    const before = await readQuota(work.sql, sessionId);
    const quota = quotaAfter(before && readStoredQuota(before), answer, work.now.getTime());
    if (!quota) {
      if (before) await saveQuota(work.sql, sessionId, null);
      return;
    }
    if (answer.is !== 'quota') return;
    const read = storedQuota(quota);
    const told = before && isSameCycle(before, read) ? before.told : 'ok';
    const isNews = isWorse(read.state, told);
    const row = await saveQuota(work.sql, sessionId, { ...read, told: isNews ? read.state : told });
    if (row && isNews) await tellOfSession(work, 'session.quota_warning', row, speeds);
  });
}

function isSameCycle(before: StoredQuota, read: Pick<StoredQuota, 'resets_at'>): boolean {
  if (before.resets_at === null || read.resets_at === null) return before.resets_at === read.resets_at;
  return Math.abs(Date.parse(before.resets_at) - Date.parse(read.resets_at)) < SAME_CYCLE_MS;
}
