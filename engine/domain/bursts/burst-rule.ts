import type { BurstSettings } from './burst-settings';

/** Messages that one person has written in one chat, and that were not told yet. Times are epoch milliseconds. */
export interface OpenBurst {
  /** When the first message was received. */
  openedAt: number;
  /** When the last one was received, also if its writer has deleted it since. */
  lastAt: number;
  /** When each message was received, in order. */
  arrivals: readonly number[];
}

/** What is told of a burst now, and what stays open. */
export interface Division {
  /** Numbers of messages, from the first on: each is an event. */
  told: number[];
  /** The messages after those; null if there are none. */
  rest: Rest | null;
}

export interface Rest {
  openedAt: number;
  /** When to look again, in epoch milliseconds. */
  lookAt: number;
}

/** A message cannot have been received later than this from now, unless the clock was set back. Clocks differ a little. */
export const CLOCKS_DIFFER_MS = 10_000;

/** A burst is told so long before its webhook expires, because an expired one is told nothing more. */
export const BEFORE_EXPIRY_MS = 1_000;

/**
 * Divides a burst: full ones of `most_messages` are told, and the rest is too once its time has come. If the clock was
 * set back, it is told at once, because nobody knows how long the silence was.
 * @param expiresAt when its webhook expires, in epoch milliseconds; null: never
 */
export function divideBurst(
  burst: OpenBurst,
  settings: BurstSettings,
  now: number,
  expiresAt: number | null = null,
): Division {
  const { openedAt, lastAt, arrivals } = burst;
  const full = Math.floor(arrivals.length / settings.most_messages);
  const told = Array.from({ length: full }, () => settings.most_messages);
  const left = arrivals.slice(full * settings.most_messages);
  if (left.length === 0) return { told, rest: null };
  const rest = { openedAt: full > 0 ? left[0]! : openedAt, lookAt: 0 };
  const endsAt = expiresAt === null ? Infinity : expiresAt - BEFORE_EXPIRY_MS;
  rest.lookAt = Math.min(tellAt(rest.openedAt, lastAt, settings), endsAt);
  if (rest.lookAt <= now || lastAt > now + CLOCKS_DIFFER_MS)
    return { told: [...told, left.length], rest: null };
  return { told, rest };
}

/** When a burst that is not full is told. */
function tellAt(openedAt: number, lastAt: number, { quiet_s, most_s }: BurstSettings): number {
  return Math.min(lastAt + quiet_s * 1000, openedAt + most_s * 1000);
}
