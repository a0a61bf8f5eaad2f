import fc from 'fast-check';
import type { BurstSettings } from '../../engine/domain/bursts/burst-settings';

/** What one person writes: when each message is received, in milliseconds, and the settings of the webhook. */
export interface Writing {
  settings: BurstSettings;
  arrivals: number[];
}

/** A burst: when it is told, and the numbers of its messages. */
export type Told = [at: number, messages: number[]];

/**
 * The rule of bursts in the plainest words: at each millisecond, a person who has been silent, or has written, for long enough is
 * told. Independent of the engine's own.
 */
export function burstsOf({ settings, arrivals }: Writing): Told[] {
  const told: Told[] = [];
  let open: number[] = [];
  const tell = (at: number): void => {
    told.push([at, open]);
    open = [];
  };
  const timeOf = (message: number | undefined): number => arrivals[message!]!;
  const end = (arrivals.at(-1) ?? 0) + settings.most_s * 1000;
  for (let now = 0, next = 0; now <= end; now += 1) {
    if (open.length > 0) {
      const silence = now - timeOf(open.at(-1));
      const length = now - timeOf(open[0]);
      if (silence === settings.quiet_s * 1000 || length === settings.most_s * 1000) tell(now);
    }
    if (timeOf(next) !== now) continue;
    open.push(next++);
    if (open.length === settings.most_messages) tell(now);
  }
  return told;
}

/** Messages with gaps about as long as the silence that ends a burst. None comes at the very moment when one is told. */
export const writing: fc.Arbitrary<Writing> = fc
  .record({
    quiet_s: fc.integer({ min: 1, max: 3 }),
    more_s: fc.integer({ min: 0, max: 6 }),
    most_messages: fc.integer({ min: 1, max: 6 }),
    gaps: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 15 }),
  })
  .map(({ quiet_s, more_s, most_messages, gaps }) => {
    let at = 0;
    const arrivals = gaps.map((gap, nth) => (at += gap * 500) + nth);
    return { settings: { quiet_s, most_s: quiet_s + more_s, most_messages }, arrivals };
  });
