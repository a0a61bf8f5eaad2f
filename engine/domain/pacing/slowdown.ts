export const SLOWDOWN_REASONS = ['rejections', 'restriction'] as const;

/** A session slowed down because WhatsApp rejected its messages or restricted it. Times in epoch milliseconds. */
export interface Slowdown {
  /** The factor at `since`; it halves with every quiet period after that. */
  factor: number;
  since: number;
  reason: (typeof SLOWDOWN_REASONS)[number];
  /** Until then nothing of priority `low` is sent; null for no pause. */
  lowPausedUntil: number | null;
}

/** What happened recently. */
export interface Evidence {
  /** How many messages were handed over in the last `EVIDENCE_MS`. */
  handedOver: number;
  /** When WhatsApp rejected messages (`rejected_by_whatsapp`) in that time. */
  rejectedAt: readonly number[];
  /** Whether WhatsApp lets the number write only to people it knows. */
  restricted: boolean;
}

const HOUR = 3_600_000;
/** How far back rejections count. */
export const EVIDENCE_MS = HOUR;
/** Fewer rejections than this may be due to the recipients. */
const LEAST_REJECTED = 3;
/** The share of the messages handed over that must have been rejected. */
const BAD_SHARE = 0.1;
const SLOWEST = 8;
const AT_RESTRICTION = 4;
/** The factor halves after each such period without rejections. */
const QUIET_MS = 6 * HOUR;

/** How many times slower sending is at `at`; 1 is normal. It recovers by itself. */
export function factorAt(slowdown: Slowdown | null, at: number, speed = 1): number {
  if (!slowdown) return 1;
  const periods = Math.max(0, Math.floor((at - slowdown.since) / (QUIET_MS / speed)));
  return Math.max(1, slowdown.factor / 2 ** periods);
}

/** Until when the factor stays as it is at `at`. */
export function factorHoldsUntil(slowdown: Slowdown | null, at: number, speed = 1): number {
  if (!slowdown || factorAt(slowdown, at, speed) === 1) return Infinity;
  const periodMs = QUIET_MS / speed;
  return slowdown.since + (Math.floor(Math.max(0, at - slowdown.since) / periodMs) + 1) * periodMs;
}

/**
 * The slow-down that the evidence calls for, or null if there is nothing new.
 * - At least three rejections within the hour, and a tenth of what was sent, double the factor, up to 8. At 8 they also
 *   pause `low` for six hours. Each rejection counts once.
 * - A restriction raises the factor to at least 4 and pauses `low`. If it still holds once the slow-down has worn off,
 *   it counts again.
 */
export function worsened(
  current: Slowdown | null,
  evidence: Evidence,
  now: number,
  speed = 1,
): Slowdown | null {
  const factor = factorAt(current, now, speed);
  const pause = now + QUIET_MS / speed;
  if (evidence.restricted && !(current?.reason === 'restriction' && factor > 1))
    return {
      factor: Math.max(factor, AT_RESTRICTION),
      since: now,
      reason: 'restriction',
      lowPausedUntil: pause,
    };
  const since = Math.max(current?.since ?? -Infinity, now - EVIDENCE_MS / speed);
  const rejected = evidence.rejectedAt.filter((at) => at > since).length;
  if (rejected < LEAST_REJECTED || rejected < evidence.handedOver * BAD_SHARE) return null;
  const next = Math.min(SLOWEST, factor * 2);
  const lowPausedUntil = next === SLOWEST ? pause : (current?.lowPausedUntil ?? null);
  return { factor: next, since: now, reason: 'rejections', lowPausedUntil };
}
