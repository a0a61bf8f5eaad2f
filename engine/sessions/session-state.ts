import type { EventType } from '../domain/events/event-types';
import type { LinkState } from '../domain/link-state';
import type { Transact, Work } from '../events/transact';
import { type LinkFacts, saveSessionState, saveToldState, type SessionRow } from '../store/tables/sessions';
import type { Sql } from '../store/sql/database';
import type { PacingSpeeds } from '../pacing/pacing-rules';
import { showSession } from './present-session';

/** States that have an event. */
const EVENT_OF_STATE: Readonly<Partial<Record<LinkState, EventType>>> = {
  connected: 'session.connected',
  restricted: 'session.restricted',
  disconnected: 'session.disconnected',
  logged_out: 'session.disconnected',
};

/**
 * Stores the state of a link, with an event if the state differs from that of the last event: a link that fails again
 * while reconnecting emits no second one.
 * @param holdsLease throws if this process no longer owns the session; checked in the transaction.
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

/** Adds an event about a session to `work`. */
export async function tellOfSession(
  work: Work,
  type: EventType,
  row: SessionRow,
  speeds: PacingSpeeds,
): Promise<void> {
  const data = await showSession(work.sql, row, work.now, speeds);
  work.tell([{ mode: row.mode, type, data, subjectId: row.id, fromPhone: row.phone }]);
}
