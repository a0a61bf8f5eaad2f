import type { Transact } from '../events/transact';
import { saveSessionState, type SessionRow } from '../store/sessions';
import type { LinkState } from '../transport/transport';

/** A session as events carry it. */
export function presentSession(row: SessionRow) {
  return {
    id: row.id,
    name: row.name,
    phone: row.phone,
    push_name: row.push_name,
    state: row.state,
    reason: row.reason,
    connected_at: row.connected_at?.toISOString() ?? null,
  };
}

/** Stores the true state of a link, and tells when it came up or went down. */
export async function recordLinkState(
  transact: Transact,
  session: SessionRow,
  state: LinkState,
  reason: string | null,
): Promise<void> {
  await transact(async (work) => {
    await saveSessionState(work.sql, session.id, state, reason, work.now);
    if (state !== 'connected' && state !== 'disconnected') return;
    const now = { ...session, state, reason, connected_at: state === 'connected' ? work.now : null };
    await work.tell([
      {
        mode: session.mode,
        type: `session.${state}`,
        data: presentSession(now),
        subjectId: session.id,
        fromPhone: session.phone,
      },
    ]);
  });
}
