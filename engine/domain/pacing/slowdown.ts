/** That WhatsApp showed its displeasure, and what follows from it. Times in epoch milliseconds. */
export interface Slowdown {
  /** By what everything was slowed down at `since`; it halves with every quiet period after that. */
  factor: number;
  since: number;
  reason: 'rejections' | 'restriction';
  /** Until when `low` does not go at all; null where it does. */
  lowPausedUntil: number | null;
}

/** What was seen of late. */
export interface Evidence {
  /** How many messages were handed over in the last `EVIDENCE_MS`. */
  handedOver: number;
  /** When WhatsApp rejected messages (`rejected_by_whatsapp`), in the same time. */
  rejectedAt: readonly number[];
  /** Whether it lets the number write to known people only. */
  restricted: boolean;
}

const HOUR = 3_600_000;
/** How far back rejections are looked at. */
export const EVIDENCE_MS = HOUR;
/** Fewer rejections than this may be of the recipients' making. */
const LEAST_REJECTED = 3;
/** So large a part of what was handed over must have been rejected. */
const BAD_SHARE = 0.1;
const SLOWEST = 8;
const AT_RESTRICTION = 4;
/** After so long without news the factor halves. */
const QUIET_MS = 6 * HOUR;

/** By what sending is slowed down at `at`: 1 for not at all. It recovers by itself. */
export function factorAt(slowdown: Slowdown | null, at: number, speed = 1): number {
  if (!slowdown) return 1;
  const periods = Math.max(0, Math.floor((at - slowdown.since) / (QUIET_MS / speed)));
  return Math.max(1, slowdown.factor / 2 ** periods);
}

/** The end of the time in which the factor stays as it is at `at`. */
export function factorHoldsUntil(slowdown: Slowdown | null, at: number, speed = 1): number {
  if (!slowdown || factorAt(slowdown, at, speed) === 1) return Infinity;
  const periodMs = QUIET_MS / speed;
  return slowdown.since + (Math.floor(Math.max(0, at - slowdown.since) / periodMs) + 1) * periodMs;
}

/**
 * The slow-down that what was seen asks for, or null where nothing new does.
 * Three rejections within the hour that are a tenth of what was sent double the factor, up to 8; being there, they
 * pause `low` for six hours. A restriction pauses it too, and means a factor of 4 at least; it counts again when that has
 * passed and it still holds. Each rejection counts once.
 */
export function worsened(current: Slowdown | null, seen: Evidence, now: number, speed = 1): Slowdown | null {
  const factor = factorAt(current, now, speed);
  const pause = now + QUIET_MS / speed;
  if (seen.restricted && !(current?.reason === 'restriction' && factor > 1))
    return {
      factor: Math.max(factor, AT_RESTRICTION),
      since: now,
      reason: 'restriction',
      lowPausedUntil: pause,
    };
  const since = Math.max(current?.since ?? -Infinity, now - EVIDENCE_MS / speed);
  const rejected = seen.rejectedAt.filter((at) => at > since).length;
  if (rejected < LEAST_REJECTED || rejected < seen.handedOver * BAD_SHARE) return null;
  const next = Math.min(SLOWEST, factor * 2);
  const lowPausedUntil = next === SLOWEST ? pause : (current?.lowPausedUntil ?? null);
  return { factor: next, since: now, reason: 'rejections', lowPausedUntil };
}
