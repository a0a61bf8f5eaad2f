import { TransportError } from '../../transport';

/** WhatsApp's code for "this account may not write to people who never wrote to it". */
export const RESTRICTED = '463';

/** WhatsApp's code for "a group is not any more what this message was sealed for". */
export const GROUP_CHANGED = '421';

/** Below 500, and yet nothing that the message could be mended for: timed out, group changed meanwhile, too many. */
const PASSING = new Set([408, 421, 429]);

/**
 * What the server's refusal of a message means. Its own troubles (500 and up) pass; that it does not take this message
 * or this account's messages (463, 479 and the others below) does not, and asking again makes it worse.
 */
export function rejectionOf(code: string): TransportError {
  const number = Number(code);
  const mayPass = number >= 500 || PASSING.has(number);
  return new TransportError(
    `rejected_by_whatsapp:${code}`,
    mayPass,
    `WhatsApp refused the message (code ${code}).`,
  );
}
