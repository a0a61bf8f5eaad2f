import { setTimeout as sleep } from 'node:timers/promises';
import { isLinked } from '../../../domain/link-state';
import { EngineError } from '../../../errors';
import type { CallEngine } from '../../engine/call-engine';
import { TimedOut } from '../../exit-codes';
import type { ShownSession } from './choose-session';
import type { LinkScreen } from './link-screen';
import type { LinkInput } from './read-input';

const LOOK_MS = 500;
/** WhatsApp blocks numbers that ask for pairing codes too often. */
const CODES_APART_MS = 20_000;
const CONNECTED = new Set(['connected', 'restricted']);

/**
 * Shows each new code until the phone is linked and connected.
 * @throws TimedOut, the abort's reason, or EngineError as the API answers it.
 */
export async function waitForPhone(
  call: CallEngine,
  id: string,
  input: LinkInput,
  screen: LinkScreen,
  aborted: AbortSignal,
): Promise<ShownSession> {
  const showCode =
    input.pairingPhone === null
      ? qrShower(call, id, screen)
      : codeShower(call, id, input.pairingPhone, screen);
  const deadline = performance.now() + input.timeoutMs;
  let shown: string | null = null;
  for (;;) {
    aborted.throwIfAborted();
    const session = await call<ShownSession>('GET', `/sessions/${id}`);
    if (CONNECTED.has(session.state)) return session;
    if (performance.now() >= deadline) throw new TimedOut(timedOut(input, session));
    const status = session.reason ?? (isLinked(session) ? 'The phone is linked. Connecting.' : null);
    if (status !== null && status !== shown) screen.line(status);
    shown = status;
    if (!isLinked(session)) await showCode();
    await sleep(LOOK_MS, null, { signal: aborted });
  }
}

function qrShower(call: CallEngine, id: string, screen: LinkScreen): () => Promise<void> {
  let shown: string | null = null;
  return async () => {
    const answer = await unlessConflict(call<{ qr: string }>('GET', `/sessions/${id}/qr`));
    if (answer === null || answer.qr === shown) return;
    shown = answer.qr;
    await screen.qr(shown);
  };
}

function codeShower(call: CallEngine, id: string, phone: string, screen: LinkScreen): () => Promise<void> {
  let goodUntil = 0;
  let askedAt = -Infinity;
  return async () => {
    if (Date.now() < goodUntil || performance.now() < askedAt + CODES_APART_MS) return;
    const { code, expires_at: expiresAt } = await call<{ code: string; expires_at: string }>(
      'POST',
      `/sessions/${id}/pairing-code`,
      { phone },
    );
    goodUntil = Date.parse(expiresAt);
    askedAt = performance.now();
    screen.pairingCode(code);
  };
}

/** Null on a conflict: there is no code right now, or the phone was just linked. The next look shows which. */
async function unlessConflict<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof EngineError && error.code === 'conflict') return null;
    throw error;
  }
}

function timedOut({ timeoutMs }: LinkInput, session: ShownSession): string {
  const seconds = timeoutMs / 1000;
  return isLinked(session)
    ? `The phone is linked, but the session ${session.id} did not connect within ${seconds} s. Start the engine and check GET /v1/sessions/${session.id}.`
    : `No phone was linked within ${seconds} s. Run the command again, or allow more time with --timeout.`;
}
