import { maskPhone } from '../../domain/mask';
import { linkDown, TransportError } from '../transport';

/** WhatsApp's code for "this account may only write to people who wrote to it first". */
export const RESTRICTED = '463';

/** WhatsApp's code for "this group has changed since the message was encrypted". */
export const GROUP_CHANGED = '421';

/** Fallback reason for failures. */
export const UNFORESEEN = 'hand_over_failed';

/** Codes of Baileys, or of a bare WebSocket, for a lost socket. */
const LINK_LOST = new Set([428, 408, 440, 1005, 1006, 1011]);

/** Refusals below 500 that are not the message's fault: timed out, group changed, too many requests. */
const PASSING = new Set([408, 421, 429]);

/** WhatsApp left a query unanswered, or its answer was empty. @param what "whether …", "which …" */
export const noAnswer = (what: string): TransportError =>
  new TransportError('no_answer', true, `WhatsApp did not say ${what}.`);

export const notLinked = (): TransportError =>
  new TransportError('not_linked', false, 'No phone is linked to this session. Link one first.');

export const alreadyLinked = (): TransportError =>
  new TransportError('already_linked', false, 'A phone is already linked to this session. Log it out first.');

/** @param wanted E.164 of the session's own number */
export const anotherPhone = (wanted: string): TransportError =>
  new TransportError(
    'another_phone',
    false,
    `This session belongs to ${maskPhone(wanted)}. Link that phone, or create a new session.`,
  );

/** The error for WhatsApp's refusal of a message. Codes from 500 up are WhatsApp's own problems; the others are final. */
export function rejectionOf(code: string): TransportError {
  const number = Number(code);
  const mayPass = number >= 500 || PASSING.has(number);
  return new TransportError(
    `rejected_by_whatsapp:${code}`,
    mayPass,
    `WhatsApp refused the message (code ${code}).`,
  );
}

/** Why a request failed. An unknown failure may pass: the message is tried again with the same wire id. */
export function failureOf(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  const code = codeOf(error);
  if (isNetworkError(error) || (code !== undefined && LINK_LOST.has(code))) return linkDown();
  const text = faultOf(error);
  // A query about a group that the account is not in.
  if (code === 403 || code === 404) return new TransportError(`rejected_by_whatsapp:${code}`, false, text);
  return new TransportError(UNFORESEEN, true, text);
}

export function codeOf(error: unknown): number | undefined {
  if (typeof error === 'number') return error;
  const { output, data } = (error ?? {}) as { output?: { statusCode?: number }; data?: unknown };
  // For an error that WhatsApp answered with, Baileys sets the status to 500 and puts WhatsApp's code in `data`.
  return typeof data === 'number' ? data : output?.statusCode;
}

/** `ECONNRESET`, `EPIPE` and the like. */
export function isNetworkError(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^E[A-Z]+$/.test(code);
}

/** Anything that could be a phone number or part of a key. */
const PRIVATE = /[\d+/=A-Za-z]{24,}|\d{5,}/g;

/** The text of an error from Baileys, safe for logs and callers. The error itself carries jids and whole stanzas. */
export function faultOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replace(PRIVATE, '…');
}
