import type { PacingRules } from '../../engine/domain/pacing/pacer';
import type { RecipientCounts } from '../../engine/domain/pacing/forecast/forecast';
import { DEFAULT_PACING } from '../../engine/domain/pacing/settings';
import { play, seeded, type Sent, type Wish } from './pacing-world';

const HOUR = 3_600_000;

/** One alert is sent in each such period, in milliseconds, day and night. */
export const ALERTS_EVERY = 5 * HOUR;

/** The defaults, and quiet hours at night. */
const SETTINGS = {
  ...DEFAULT_PACING,
  quiet_hours: { start: '21:00', end: '08:00', timezone: 'Europe/Rome' },
};

/** What happened when a number linked at `start` began a campaign to `recipients` at once, with alerts in between. */
export interface Played {
  start: number;
  rules: PacingRules;
  recipients: RecipientCounts;
  sent: Sent[];
}

/** 10,000 contacts in audience order. One in twenty never wrote to the number. */
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
    recipients: { known: 10_000 - newContacts, newContacts },
    sent: play(wishes, rules, start, { slowestMs: 300 }),
  };
}
