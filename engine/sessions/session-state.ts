import type { LinkState } from '../domain/link-state';
import type { Transact, Work } from '../events/transact';
import { type LinkFacts, saveSessionState, saveToldState, type SessionRow } from '../store/tables/sessions';
import type { Sql } from '../store/sql/database';
import type { PacingSpeeds } from '../pacing/pacing-rules';
import { showSession } from './present-session';

/** States that are news, and the event that each is told as. */
const EVENT_OF_STATE: Readonly<Partial<Record<LinkState, string>>> = {
  connected: 'session.connected',
  restricted: 'session.restricted',
  disconnected: 'session.disconnected',
  logged_out: 'session.disconnected',
};

/**
 * Stores the true state of a link, and tells what is news of it, once: a link that fails again on its way back is not.
 * @param holdsLease checked in the transaction: a process that lost the session has nothing to say of it any more.
 */
export async function recordLinkState(
  transact: Transact,
  sessionId: string,
  facts: LinkFacts,
  holdsLease: (sql: Sql) => Promise<void>,
  speeds: PacingSpeeds,
): Promise<void> {
  await transact(async (work) => {
    await holdsLease(work.sql);
    const row = await saveSessionState(work.sql, sessionId, facts, work.now);
    const type = row && EVENT_OF_STATE[row.state];
    if (!type || row.told_state === row.state) return;
    await saveToldState(work.sql, sessionId, row.state);
    await tellOfSession(work, type, row, speeds);
  });
}

/** Tells an event about a session, in the transaction of `work`. */
export async function tellOfSession(
  work: Work,
  type: string,
  row: SessionRow,
  speeds: PacingSpeeds,
): Promise<void> {
  const data = await showSession(work.sql, row, work.now, speeds);
  work.tell([{ mode: row.mode, type, data, subjectId: row.id, fromPhone: row.phone }]);
}
