import type { PacingRules } from '../../engine/domain/pacing/pacer';
import type { Crowd } from '../../engine/domain/pacing/forecast/terms';
import { DEFAULT_PACING } from '../../engine/domain/pacing/settings';
import { play, seeded, type Sent, type Wish } from './pacing-world';

const HOUR = 3_600_000;

/** One alert in so many milliseconds, day and night. */
export const ALERTS_EVERY = 5 * HOUR;

/** The defaults, with nights in which nothing but alerts goes. */
const SETTINGS = {
  ...DEFAULT_PACING,
  quiet_hours: { start: '21:00', end: '08:00', timezone: 'Europe/Rome' },
};

/** What happened when a number linked on `start` began a campaign to `crowd` at once, with alerts in between. */
export interface Played {
  start: number;
  rules: PacingRules;
  crowd: Crowd;
  sent: Sent[];
}

/** 10,000 contacts, one in twenty of whom never wrote to the number, in audience order. */
export function playFreshNumber(): Played {
  const start = Date.parse('2026-03-09T09:00:00+01:00');
  const draw = seeded(20_260_309);
  const wishes: Wish[] = [];
  for (let i = 0; i < 10_000; i += 1)
    wishes.push({ rank: 2, newContact: draw() < 0.05, campaignId: 'campaign', dueAt: start });
  for (let at = start; at < start + 60 * 24 * HOUR; at += ALERTS_EVERY) {
    const dueAt = at + Math.floor(draw() * ALERTS_EVERY);
    wishes.push({ rank: 0, newContact: false, campaignId: null, dueAt });
  }
  const rules: PacingRules = {
    settings: SETTINGS,
    linkedAt: start,
    slowdown: null,
    campaigns: new Map(),
    speed: 1,
  };
  const newContacts = wishes.filter((wish) => wish.newContact).length;
  return {
    start,
    rules,
    crowd: { known: 10_000 - newContacts, newContacts },
    sent: play(wishes, rules, start, { slowestMs: 300 }),
  };
}
