import { newId } from '../domain/ids';
import type { Mode } from '../domain/mode';
import { EngineError, invalidRequest, notFound, tooManyOf } from '../errors';
import type { Encryption } from '../encryption/encryption';
import type { Work } from '../events/transact';
import type { Sql } from '../store/sql/database';
import { countOf } from '../store/tables/account-size';
import { saveCallSettings, saveMarkRule, saveTakeoverHours } from '../store/tables/session-settings';
import {
  findSession,
  insertSession,
  savePacing,
  saveSessionName,
  type SessionRow,
} from '../store/tables/sessions';
import { insertRequest } from '../store/tables/session-requests';
import { pacingFaults } from '../pacing/pacing-schema';
import { changeProxy, proxyFaults } from './session-proxy';
import type { CreateSession, EditSession } from './session-schema';

/** @throws EngineError `not_found` */
export async function getSession(sql: Sql, mode: Mode, id: string): Promise<SessionRow> {
  const row = await findSession(sql, mode, id);
  if (!row) throw notFound('session', id);
  return row;
}

/** @throws EngineError `invalid_request` with what is wrong beyond the schema */
export function checkSettings({ pacing, proxy }: Pick<EditSession, 'pacing' | 'proxy'>): void {
  const faults = [...(pacing ? pacingFaults(pacing) : []), ...proxyFaults(proxy)];
  if (faults.length > 0) throw invalidRequest(faults);
}

export interface SessionRules {
  encryption: Encryption;
  /** The most sessions that there may be. */
  most: number;
}

/**
 * Creates a session, whose number is linked later.
 * @throws EngineError `conflict` for test keys, or if there are too many sessions
 */
export async function createSession(
  work: Work,
  mode: Mode,
  input: CreateSession,
  { encryption, most }: SessionRules,
): Promise<SessionRow> {
  refuseSandbox(mode);
  checkSettings(input);
  if ((await countOf(work.sql, 'sessions', mode)) >= most)
    throw tooManyOf('sessions', most, 'BLUETICKS_MAX_SESSIONS');
  const made = await insertSession(work.sql, {
    id: newId('session'),
    mode,
    name: input.name ?? null,
    created_at: work.now,
  });
  // So that a process claims it right away: with its proxy, from its first connection.
  work.wake(made.id, work.now.getTime());
  return (input.proxy && (await changeProxy(work, made, input.proxy, encryption))) || made;
}

/** @throws EngineError `not_found`, `invalid_request`, or `conflict` for a proxy of the sandbox */
export async function editSession(
  work: Work,
  mode: Mode,
  id: string,
  edit: EditSession,
  encryption: Encryption,
): Promise<SessionRow> {
  checkSettings(edit);
  let row: SessionRow | undefined = await getSession(work.sql, mode, id);
  if (edit.name !== undefined) row = await saveSessionName(work.sql, mode, id, edit.name);
  if (edit.pacing) {
    row = await savePacing(work.sql, id, edit.pacing, work.now);
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
  if (row && edit.proxy !== undefined) {
    refuseSandbox(mode);
    row = await changeProxy(work, row, edit.proxy, encryption);
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
