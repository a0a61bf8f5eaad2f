import { DAY_MS, shareOf } from './limits';
import type { PriorityRank } from '../messages/priority';
import type { Times } from './history';

/** What is left of the quota of new chats, in words for people and programs. */
export const QUOTA_STATES = ['ok', 'warning', 'capped'] as const;
export type QuotaState = (typeof QUOTA_STATES)[number];

/** WhatsApp's own count of the new chats that an account has started in a cycle, as last read. Times in epoch milliseconds. */
export interface Quota {
  limit: number;
  used: number;
  state: QuotaState;
  /** When WhatsApp was asked. It may not have counted what was handed over right before, and has counted nothing since. */
  readAt: number;
  /** When the cycle ends, by this machine's clock; null: WhatsApp did not say. */
  resetsAt: number | null;
  /** The length of a cycle in milliseconds; null: WhatsApp did not say. */
  cycleMs: number | null;
}

/** Handed over so shortly before a reading, a message may be missing in it. */
const IN_FLIGHT_MS = 5_000;
/** The share of the quota that is never used: the owner starts chats on the phone too. At least one chat. */
const KEPT = 0.05;
/** From this share on, there is a warning, whatever WhatsApp says. Campaigns are held up at about three quarters. */
const WARNING = 0.7;
/** WhatsApp is asked again after each such share of the quota, by our own count. */
const ASK_AGAIN = 0.05;
/** A cycle of unknown length is taken to last this long, in a forecast. */
const USUAL_CYCLE_MS = 30 * DAY_MS;

/**
 * How the quota stands. `told` is what WhatsApp itself says; ours is the share from which on there is a warning.
 * @param used new chats in this cycle, of `limit`
 */
export function quotaState(limit: number, used: number, told: QuotaState): QuotaState {
  if (told === 'capped' || used >= limit) return 'capped';
  return told === 'warning' || used >= limit * WARNING ? 'warning' : 'ok';
}

/** Whether `state` is worse than `than`. */
export function isWorse(state: QuotaState, than: QuotaState): boolean {
  return QUOTA_STATES.indexOf(state) > QUOTA_STATES.indexOf(than);
}

/**
 * The earliest time, from `at` on, when a message to a new contact keeps below the quota: those that WhatsApp had counted,
 * and those handed over since. Each priority has its share, as of a cap.
 * @param now Once a cycle is over at `now`, WhatsApp has to say how much the next one allows: `Infinity` until it does.
 *   Null in a forecast, where the next cycle allows as much as this one.
 */
export function quotaTurn(
  quota: Quota,
  newContacts: Times,
  rank: PriorityRank,
  at: number,
  now: number | null,
): number {
  const { limit, resetsAt } = quota;
  const most = shareOf(limit - Math.max(1, Math.ceil(limit * KEPT)), rank);
  if (resetsAt === null || at < resetsAt) {
    const used = quota.state === 'capped' ? Math.max(quota.used, limit) : quota.used;
    const fits = newContacts.hasRoom(most - used, countedFrom(quota, at));
    return fits ? -Infinity : (resetsAt ?? Infinity);
  }
  if (now !== null) return now < resetsAt ? -Infinity : Infinity;
  const cycleMs = quota.cycleMs ?? USUAL_CYCLE_MS;
  const began = resetsAt + Math.floor((at - resetsAt) / cycleMs) * cycleMs;
  // One that goes at the very beginning counts.
  if (newContacts.hasRoom(most, began - 1)) return -Infinity;
  return most > 0 ? began + cycleMs : Infinity;
}

/** Hand-overs after this moment are not in what WhatsApp had counted. If the clock was set back, all may be missing. */
export function countedFrom({ readAt }: Quota, now: number): number {
  return readAt > now ? -Infinity : readAt - IN_FLIGHT_MS;
}

/** Whether the figures say nothing about now: their cycle is over. */
function isOver({ resetsAt }: Quota, now: number): boolean {
  return resetsAt !== null && now >= resetsAt;
}

/**
 * When WhatsApp should be asked again (epoch ms; Infinity: not because of this): when the cycle is over, the clock was set
 * back, or much was used since. Near the limit also once it must have counted what was on its way when it was asked.
 */
export function askAgainAt(quota: Quota, newContacts: Times, now: number): number {
  const { limit, used, readAt } = quota;
  if (readAt > now || isOver(quota, now)) return now;
  const since = newContacts.countSince(readAt);
  if (since >= Math.max(1, limit * ASK_AGAIN)) return now;
  const counted = newContacts.countSince(countedFrom(quota, now));
  const isUnsure = counted > since && used + counted >= limit * WARNING;
  return isUnsure ? Math.max(now, readAt + IN_FLIGHT_MS) : Infinity;
}

/** What a question about the quota came to. */
export type QuotaAnswer =
  | { is: 'quota'; quota: Quota }
  /** WhatsApp sets this account no limit. */
  | { is: 'none' }
  /** WhatsApp answered with an error. */
  | { is: 'refused' };

/** What to keep after an answer: figures stay while WhatsApp refuses new ones, but not past the end of their cycle. */
export function quotaAfter(before: Quota | null, answer: QuotaAnswer, now: number): Quota | null {
  if (answer.is === 'quota') return answer.quota;
  if (answer.is === 'none' || !before) return null;
  return now < (before.resetsAt ?? before.readAt + DAY_MS) ? before : null;
}
