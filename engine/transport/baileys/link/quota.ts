import { quotaState, type Quota, type QuotaAnswer, type QuotaState } from '../../../domain/pacing/quota';
import type { MessageCap } from '../baileys';
import { codeOf, isNetworkError } from '../errors';

/** How often to ask, also if nothing was sent: the owner starts new chats on the phone. */
export const ASK_QUOTA_EVERY_MS = 3_600_000;

/** WhatsApp's words for how an account stands. */
const STATES: Readonly<Record<string, QuotaState>> = {
  NONE: 'ok',
  FIRST_WARNING: 'warning',
  SECOND_WARNING: 'warning',
  CAPPED: 'capped',
};

/** Baileys' codes for "no answer came". */
const UNANSWERED = new Set([408, 428]);

/**
 * WhatsApp's count of new chats. A quota of -1 is none, unless the account is capped nevertheless.
 * @param at when it was asked (epoch ms)
 * @returns null if the figures make no sense
 */
export function readMessageCap(info: MessageCap, at: number): QuotaAnswer | null {
  const told = STATES[info.capping_status ?? 'NONE'] ?? 'ok';
  const [limit, used] = [count(info.total_quota), count(info.used_quota)];
  if (told !== 'capped' && Number(info.total_quota) === -1) return { is: 'none' };
  if (used === null || (limit === null && told !== 'capped')) return null;
  const [start, end] = [moment(info.cycle_start_timestamp), moment(info.cycle_end_timestamp)];
  // By this machine's clock, which may differ from WhatsApp's.
  const ahead = at - (moment(info.server_sent_timestamp) ?? at);
  const quota: Quota = {
    limit: limit ?? used,
    used,
    state: quotaState(limit ?? used, used, told),
    readAt: at,
    resetsAt: end === null ? null : end + ahead,
    cycleMs: start !== null && end !== null && end > start ? end - start : null,
  };
  return { is: 'quota', quota };
}

/** The answer in an error: null if WhatsApp did not answer at all. */
export function quotaRefusal(error: unknown): QuotaAnswer | null {
  const code = codeOf(error);
  const isUnanswered = isNetworkError(error) || code === undefined || UNANSWERED.has(code);
  return isUnanswered ? null : { is: 'refused' };
}

function count(told: unknown): number | null {
  const number = typeof told === 'string' && told !== '' ? Number(told) : told;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : null;
}

/** Epoch milliseconds of a time in epoch seconds; null if there is none. */
function moment(told: unknown): number | null {
  const seconds = count(told);
  return seconds ? seconds * 1000 : null;
}
