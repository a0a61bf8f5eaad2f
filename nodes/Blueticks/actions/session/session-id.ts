import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { callEngine } from '../../transport/call-engine';
import { listEngine } from '../../transport/list-engine';
import { chosenId, resourceLocator } from '../resource-locator';

/** States of a session that has a number. */
const LINKED = ['connecting', 'connected', 'disconnected', 'restricted'];

/** The linked number that an operation works on; `description` and, in short, `whenEmpty` say what an empty field means. */
export function sessionIdField(description: string, whenEmpty: string): INodeProperties {
  return resourceLocator({
    displayName: 'Session',
    name: 'sessionId',
    noun: 'session',
    prefix: 'ses_',
    search: 'searchSessions',
    required: false,
    whenEmpty,
    description,
  });
}

export function chosenSession(context: IExecuteFunctions, itemIndex: number): string {
  return chosenId(context, 'sessionId', itemIndex);
}

export function sessionPath(sessionId: string): string {
  return `/v1/sessions/${encodeURIComponent(sessionId)}`;
}

export async function allSessions(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject[]> {
  return await listEngine(context, '/v1/sessions', {}, { itemIndex });
}

/** The chosen session, or the only one. @throws Error when it is not clear which is meant */
export async function theSession(context: IExecuteFunctions, itemIndex: number): Promise<string> {
  const chosen = chosenSession(context, itemIndex);
  if (chosen) return chosen;
  const sessions = await allSessions(context, itemIndex);
  if (sessions.length === 1) return String(sessions[0]?.id);
  throw new Error(
    sessions.length === 0
      ? 'Session: no WhatsApp number is linked yet. "Get QR Code" links one.'
      : `Session: there are ${sessions.length} of them. Choose one from the list.`,
  );
}

/**
 * The session to link: the chosen one, or the one that has no number yet, or a new one where there is none at all.
 * @throws Error when all have a number: linking another is not to happen by mistake
 */
export async function sessionToLink(context: IExecuteFunctions, itemIndex: number): Promise<string> {
  const chosen = chosenSession(context, itemIndex);
  if (chosen) return chosen;
  const sessions = await allSessions(context, itemIndex);
  const free = sessions.find(({ state }) => !isLinked(state));
  if (free) return String(free.id);
  if (sessions.length > 0) {
    const numbers = sessions.map(({ phone, name }) => String(phone ?? name)).join(', ');
    throw new Error(
      `Session: a number is linked already (${numbers}), and no session waits for one. Choose the session, and log it out first to link another phone.`,
    );
  }
  const made = await callEngine(context, { method: 'POST', path: '/v1/sessions', body: {}, itemIndex });
  return String(made.id);
}

export function isLinked(state: unknown): boolean {
  return LINKED.includes(String(state));
}
