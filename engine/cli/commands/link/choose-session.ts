import { isLinked, type LinkState } from '../../../domain/link-state';
import { EngineError } from '../../../errors';
import type { CallEngine } from '../../engine/call-engine';
import type { LinkInput } from './read-input';

/** The fields of a session, as the API shows it, that linking looks at. */
export interface ShownSession {
  id: string;
  name: string | null;
  phone: string | null;
  push_name: string | null;
  state: LinkState;
  reason: string | null;
}

/**
 * The session to link: the requested one, else one without a number, else one whose number was logged out, else a new
 * one. @throws EngineError `conflict` if the requested one is already linked.
 */
export async function chooseSession(call: CallEngine, input: LinkInput): Promise<ShownSession> {
  if (input.sessionId !== null) {
    const session = await call<ShownSession>('GET', `/sessions/${encodeURIComponent(input.sessionId)}`);
    if (!isLinked(session)) return session;
    throw new EngineError(
      'conflict',
      `The session ${session.id} is already linked to ${session.phone}. To link another number, omit --session.`,
    );
  }
  const { data } = await call<{ data: ShownSession[] }>('GET', '/sessions?limit=200');
  const free = data.filter((session) => !isLinked(session) && fits(session, input));
  const [found] = [
    ...free.filter(({ phone }) => phone === null),
    ...free.filter(({ phone }) => phone !== null),
  ];
  return found ?? call<ShownSession>('POST', '/sessions', input.name === null ? {} : { name: input.name });
}

/** A session that had a number accepts only that number again. */
function fits({ name, phone }: ShownSession, input: LinkInput): boolean {
  if (input.name !== null && name !== input.name) return false;
  return phone === null || input.pairingPhone === null || phone === input.pairingPhone;
}
