import type { Mode } from '../domain/mode';
import { notFound } from '../errors';
import type { Transact, Work } from '../events/transact';
import { failed, storeChanges } from '../changes/message-changes';
import type { Sql } from '../store/sql/database';
import { lockUnsent } from '../store/tables/lane-messages';
import { removeLease } from '../store/tables/session-leases';
import { deleteSession } from '../store/tables/sessions';
import type { AskOwner } from './ask-owner';
import { getSession, refuseSandbox } from './sessions';

export interface DeletingDependencies {
  database: Sql;
  transact: Transact;
  askOwner: AskOwner;
  /** Called if the number could not be logged out. The session is still removed. */
  onLogOutFailed(error: unknown): void;
}

/** States in which the engine can tell WhatsApp to unlink the number. */
const REACHABLE = new Set(['connecting', 'connected', 'restricted']);
const FAIL_AT_ONCE = 500;

/**
 * Removes a session: logs its number out if WhatsApp can be reached, fails its unsent messages, and deletes its keys.
 * @throws EngineError `not_found`, or `conflict` for the sandbox.
 */
export async function removeSession(deps: DeletingDependencies, mode: Mode, id: string): Promise<void> {
  const row = await getSession(deps.database, mode, id);
  refuseSandbox(mode);
  if (row.phone !== null && REACHABLE.has(row.state)) {
    await deps.askOwner(id, { kind: 'log_out' }).catch((error: unknown) => deps.onLogOutFailed(error));
  }
  await deps.transact(async (work) => {
    // Lease, messages, session: the owner locks them in the same order, so the two cannot deadlock.
    await removeLease(work.sql, id);
    await failUnsent(work, id);
    if (!(await deleteSession(work.sql, id))) throw notFound('session', id);
    // Wakes its owner, which finds it gone and closes its link.
    work.wake(id, work.now.getTime());
  });
}

async function failUnsent(work: Work, sessionId: string): Promise<void> {
  let after = '';
  for (;;) {
    const rows = await lockUnsent(work.sql, sessionId, after, FAIL_AT_ONCE);
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
    await storeChanges(
      work,
      rows.map((row) => failed(row, 'session_logged_out', work.now)),
    );
  }
}
