import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { callEngine } from '../../../shared/call-engine';
import { listEngine } from '../../../shared/list-engine';
import { describeResource } from '../describe-resource';

export const SESSIONS = '/v1/sessions';

export const sessions = describeResource({
  noun: 'session',
  prefix: 'ses_',
  path: SESSIONS,
  description: 'The linked number to use',
});

/** The states of a session that has a number. */
const LINKED = ['connecting', 'connected', 'disconnected', 'restricted'];

export function isLinked(state: unknown): boolean {
  return LINKED.includes(String(state));
}

export async function allSessions(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject[]> {
  return await listEngine(context, SESSIONS, {}, { itemIndex });
}

/** The chosen session, or the only one. @throws Error if there is none, or more than one */
export async function theSession(context: IExecuteFunctions, itemIndex: number): Promise<string> {
  const chosen = sessions.findId(context, itemIndex);
  if (chosen) return chosen;
  const all = await allSessions(context, itemIndex);
  if (all.length === 1) return String(all[0]?.id);
  throw new Error(
    all.length === 0
      ? 'Session: no WhatsApp number is linked yet. Link one with "Get QR Code".'
      : `Session: ${all.length} numbers are linked. Choose one from the list.`,
  );
}

/**
 * The session to link: the chosen one, or the one without a number, or a new one if there is none at all.
 * @throws Error if all have a number, because nobody should link a second one by mistake
 */
export async function sessionToLink(context: IExecuteFunctions, itemIndex: number): Promise<string> {
  const chosen = sessions.findId(context, itemIndex);
  if (chosen) return chosen;
  const all = await allSessions(context, itemIndex);
  const free = all.find(({ state }) => !isLinked(state));
  if (free) return String(free.id);
  if (all.length > 0) {
    const numbers = all.map(({ phone, name }) => String(phone ?? name)).join(', ');
    throw new Error(
      `Session: a number is already linked (${numbers}). To link another phone, choose the session and log it out first.`,
    );
  }
  const made = await callEngine(context, { method: 'POST', path: SESSIONS, body: {}, itemIndex });
  return String(made.id);
}
