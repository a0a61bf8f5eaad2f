import { TransportError } from '../../transport';
import { faultOf } from '../fault-of';
import { linkDown } from '../link/link-down';

/** What Baileys throws where the socket is gone: a status of its own, or the bare code of a WebSocket. */
const LINK_LOST = new Set([428, 408, 440, 1005, 1006, 1011]);

/** The reason of whatever is none of the others. */
export const UNFORESEEN = 'hand_over_failed';

/**
 * Why a hand-over broke off, in the port's words. Where nothing else is known it may pass: the message goes again,
 * under the same wire id.
 */
export function failureOf(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  const code = codeOf(error);
  if (isOfTheLine(error) || (code !== undefined && LINK_LOST.has(code))) return linkDown();
  const words = faultOf(error);
  // A query about a group that the account is not in, or is not let into.
  if (code === 403 || code === 404) return new TransportError(`rejected_by_whatsapp:${code}`, false, words);
  return new TransportError(UNFORESEEN, true, words);
}

function codeOf(error: unknown): number | undefined {
  if (typeof error === 'number') return error;
  const { output, data } = (error ?? {}) as { output?: { statusCode?: number }; data?: unknown };
  // An answer with an error in it: Baileys says 500, and puts WhatsApp's own code beside it.
  return typeof data === 'number' ? data : output?.statusCode;
}

/** What the operating system says of a line that broke: `ECONNRESET`, `EPIPE` and their like. */
function isOfTheLine(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^E[A-Z]+$/.test(code);
}
