import { isLinked, type LinkState } from '../../domain/link-state';
import { EngineError } from '../../errors';
import type { CallApi } from '../call-api';
import type { LinkInput } from './read-input';

/** A session as the API shows it; of its fields, those that linking looks at. */
export interface ShownSession {
  id: string;
  name: string | null;
  phone: string | null;
  push_name: string | null;
  state: LinkState;
  reason: string | null;
}

/**
 * The session to link: the one asked for, else one without a number, else one whose number was logged out, else a new
 * one. @throws EngineError `conflict` when the one asked for is linked.
 */
export async function chooseSession(call: CallApi, input: LinkInput): Promise<ShownSession> {
  if (input.sessionId !== null) {
    const session = await call<ShownSession>('GET', `/sessions/${encodeURIComponent(input.sessionId)}`);
    if (!isLinked(session)) return session;
    const mend = 'leave --session out to link another number';
    throw new EngineError(
      'conflict',
      `The session ${session.id} is linked already, as ${session.phone}; ${mend}.`,
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

/** A session that had a number takes only that one again. */
function fits({ name, phone }: ShownSession, input: LinkInput): boolean {
  if (input.name !== null && name !== input.name) return false;
  return phone === null || input.pairingPhone === null || phone === input.pairingPhone;
}
