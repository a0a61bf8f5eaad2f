import { newId } from '../domain/ids';
import type { Mode } from '../domain/mode';
import { EngineError, notFound } from '../errors';
import type { Work } from '../events/transact';
import type { Sql } from '../store/sql/database';
import {
  findSession,
  insertSession,
  saveCallSettings,
  saveMarkRule,
  savePacing,
  saveSessionName,
  saveTakeoverHours,
  type SessionRow,
} from '../store/tables/sessions';
import { insertRequest } from '../store/tables/session-requests';
import { checkPacingEdit } from '../pacing/pacing-schema';
import type { CreateSession, EditSession } from './session-schema';

/** @throws EngineError `not_found` */
export async function getSession(sql: Sql, mode: Mode, id: string): Promise<SessionRow> {
  const row = await findSession(sql, mode, id);
  if (!row) throw notFound('session', id);
  return row;
}

/** Creates a session, whose number is linked later. @throws EngineError `conflict` for test keys */
export async function createSession(work: Work, mode: Mode, input: CreateSession): Promise<SessionRow> {
  refuseSandbox(mode);
  const row = await insertSession(work.sql, {
    id: newId('session'),
    mode,
    name: input.name ?? null,
    created_at: work.now,
  });
  // So that a process claims it right away.
  work.wake(row.id, work.now.getTime());
  return row;
}

/** @throws EngineError `not_found` */
export async function editSession(
  work: Work,
  mode: Mode,
  id: string,
  edit: EditSession,
): Promise<SessionRow> {
  let row: SessionRow | undefined = await getSession(work.sql, mode, id);
  if (edit.name !== undefined) row = await saveSessionName(work.sql, mode, id, edit.name);
  if (edit.pacing) {
    checkPacingEdit(edit.pacing);
    row = await savePacing(work.sql, id, edit.pacing);
    // Messages may now be due sooner.
    work.wake(id, work.now.getTime());
  }
  if (edit.reject_calls !== undefined || edit.call_reply !== undefined)
    row = await saveCallSettings(work.sql, id, edit);
  if (edit.takeover_hours !== undefined) row = await saveTakeoverHours(work.sql, id, edit.takeover_hours);
  if (edit.mark_read !== undefined) {
    row = await saveMarkRule(work.sql, id, edit.mark_read);
    // Nobody waits for the answer: the owner reads the setting when it opens the session, too.
    await insertRequest(work.sql, newId('request'), id, { kind: 'reload_settings' });
    work.wake(id, work.now.getTime());
  }
  if (!row) throw notFound('session', id);
  return row;
}

/** The sandbox has nothing to link or unlink. @throws EngineError `conflict` */
export function refuseSandbox(mode: Mode): void {
  if (mode !== 'test') return;
  throw new EngineError(
    'conflict',
    'Test keys have only the sandbox, which is always linked. ' +
      'Use a live key (bt_live_…) to link a WhatsApp number.',
  );
}
