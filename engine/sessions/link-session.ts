import type { Clock } from '../async/clock';
import { sleep } from '../async/sleep';
import { isLinked } from '../domain/link-state';
import { parsePhoneOnly } from '../domain/messages/recipient';
import type { Mode } from '../domain/mode';
import { EngineError, validOrThrow } from '../errors';
import type { Sql } from '../store/sql/database';
import type { SessionRow } from '../store/tables/sessions';
import type { AskOwner } from './ask-owner';
import { getSession, refuseSandbox } from './sessions';

export interface LinkingDependencies {
  database: Sql;
  clock: Clock;
  askOwner: AskOwner;
}

/** WhatsApp sends the first code within a second or two, so wait for it: one request is enough. */
const FIRST_CODE_MS = 3_000;
const LOOK_MS = 100;

/**
 * The QR code to scan now. Starts linking if the session has no number, or lost it.
 * @throws EngineError `not_found`; `conflict` when it is linked, or WhatsApp has not sent a code yet.
 */
export async function showQr(
  deps: LinkingDependencies,
  mode: Mode,
  id: string,
): Promise<{ text: string; expiresAt: Date }> {
  const row = await getUnlinked(deps, mode, id);
  const shown = currentQr(row, deps.clock);
  if (shown) return shown;
  await deps.askOwner(id, { kind: 'link' });
  const deadline = deps.clock.now() + FIRST_CODE_MS;
  do {
    await sleep(deps.clock, LOOK_MS);
    const qr = currentQr(await getUnlinked(deps, mode, id), deps.clock);
    if (qr) return qr;
  } while (deps.clock.now() < deadline);
  const { reason } = await getUnlinked(deps, mode, id);
  throw new EngineError(
    'conflict',
    `WhatsApp has not sent a QR code yet. ${reason ?? 'Try again in a few seconds.'}`,
  );
}

/**
 * A code to type on the phone instead of scanning a QR code.
 * @param phone the number to link.
 * @throws EngineError `not_found`, `invalid_request`; `conflict` when it is linked.
 */
export async function makePairingCode(
  deps: LinkingDependencies,
  mode: Mode,
  id: string,
  phone: string,
): Promise<{ code: string; expiresAt: Date }> {
  await getUnlinked(deps, mode, id);
  const { code, expiresAt } = await deps.askOwner(id, {
    kind: 'pairing_code',
    phone: validOrThrow('phone', parsePhoneOnly(phone)).phone,
  });
  return { code, expiresAt: new Date(expiresAt) };
}

/** Connects again, even if another client replaced this one. Does not wait until it is connected. */
export async function reconnect(deps: LinkingDependencies, mode: Mode, id: string): Promise<SessionRow> {
  await getLinked(deps, mode, id);
  await deps.askOwner(id, { kind: 'reconnect' });
  return getSession(deps.database, mode, id);
}

/** Unlinks the number on WhatsApp. The session stays and can be linked again. Logging out twice changes nothing. */
export async function logOut(deps: LinkingDependencies, mode: Mode, id: string): Promise<SessionRow> {
  const row = await getSession(deps.database, mode, id);
  if (row.state === 'logged_out') return row;
  await getLinked(deps, mode, id);
  await deps.askOwner(id, { kind: 'log_out' });
  return getSession(deps.database, mode, id);
}

function currentQr(row: SessionRow, clock: Clock): { text: string; expiresAt: Date } | null {
  const { qr, qr_expires_at: expiresAt } = row;
  return qr !== null && expiresAt !== null && expiresAt.getTime() > clock.now()
    ? { text: qr, expiresAt }
    : null;
}

async function getUnlinked({ database }: LinkingDependencies, mode: Mode, id: string): Promise<SessionRow> {
  const row = await getSession(database, mode, id);
  refuseSandbox(mode);
  if (!isLinked(row)) return row;
  throw new EngineError(
    'conflict',
    `The session is already linked to ${row.phone} (state ${row.state}). ` +
      `To link another number, create a session with POST /v1/sessions. To link this one again, POST /v1/sessions/${id}/logout first.`,
  );
}

async function getLinked({ database }: LinkingDependencies, mode: Mode, id: string): Promise<SessionRow> {
  const row = await getSession(database, mode, id);
  refuseSandbox(mode);
  if (isLinked(row)) return row;
  throw new EngineError(
    'conflict',
    `The session has no number (state ${row.state}). Link it with GET /v1/sessions/${id}/qr or POST /v1/sessions/${id}/pairing-code.`,
  );
}
