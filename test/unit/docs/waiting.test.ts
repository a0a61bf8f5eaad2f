import { readFileSync } from 'node:fs';
import { withDefaults } from '../../../engine/domain/pacing/settings';
import { describeWait, type SessionWords } from '../../../engine/domain/waiting/sentences';
import {
  REASON_OF_PACE,
  WAITING_REASONS,
  type WaitingReason,
} from '../../../engine/domain/waiting/waiting-for';
import { PACING_REASONS } from '../../../engine/domain/pacing/pacer';

const NOW = Date.parse('2026-11-28T13:05:00Z');
const at = (time: string): number => Date.parse(`2026-11-${time}Z`);
const WORDS: SessionWords = {
  state: 'connected',
  settings: withDefaults({ quiet_hours: { start: '21:00', end: '08:00', timezone: 'Europe/Rome' } }),
  sentIn: (windowMs) => ({ 60_000: 7, 3_600_000: 108 })[windowMs] ?? 540,
  newContactsIn: () => 50,
  perDay: 48,
  newContactsPerDay: 50,
  speed: 1,
};
const IN_UTC: SessionWords = { ...WORDS, settings: withDefaults({}) };
const WINDOW = { start: '09:00', end: '20:00', timezone: 'Europe/Rome' };

/** When each reason ends in the examples; null: nobody knows. */
const EXAMPLES: Record<WaitingReason, number | null> = {
  send_at: at('30T08:00:00'),
  send_window: at('29T08:00:00'),
  gap: at('28T13:05:09'),
  per_minute: at('28T13:05:41'),
  per_hour: at('28T13:31:00'),
  per_day: at('28T14:05:00'),
  new_contacts: at('28T14:05:00'),
  warm_up: at('28T14:05:00'),
  quiet_hours: at('29T07:00:00'),
  slowed_down: at('28T13:20:00'),
  whatsapp_quota: at('29T06:00:00'),
  restricted: at('29T06:00:00'),
  link_down: null,
  logged_out: null,
  earlier_message: null,
  campaign_paused: null,
  campaign_pacing: at('28T13:45:00'),
  human_has_the_chat: at('29T01:00:00'),
};

const exampleOf = (reason: WaitingReason): string =>
  describeWait(
    { reason, until: EXAMPLES[reason], isBehind: false },
    { sendWindow: reason === 'send_window' ? WINDOW : null, expiresAt: null },
    reason === 'quiet_hours' ? WORDS : IN_UTC,
    NOW,
  ).message;

describe('docs/waiting.md', () => {
  const page = readFileSync('docs/waiting.md', 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z_]+)` +\| (.+?) *\| (.+?) *\|$/gm)];
  const table = new Map(rows.map(([, reason, , sentence]) => [reason, sentence]));

  it('has a row for each reason, and no other', () => {
    expect([...table.keys()]).toEqual([...WAITING_REASONS]);
  });

  it.each(WAITING_REASONS)('shows the sentence for %s', (reason) => {
    expect(table.get(reason)).toBe(exampleOf(reason));
  });
});

describe('a sentence', () => {
  it.each(WAITING_REASONS)('for %s is whole, with and without an end', (reason) => {
    for (const until of [null, NOW + 90_000, NOW + 400 * 86_400_000]) {
      const { message } = describeWait(
        { reason, until, isBehind: true },
        { sendWindow: null, expiresAt: NOW + 60_000 },
        { ...IN_UTC, state: 'logged_out', sentIn: () => 1 },
        NOW,
      );
      expect(message).toMatch(/^[A-Z1-9].*\.$/);
      expect(message).not.toMatch(/undefined|null|NaN|Infinity| {2}| \.|\[object/);
    }
  });

  it('says that a message expires before it may go', () => {
    const { message } = describeWait(
      { reason: 'per_hour', until: NOW + 7_200_000, isBehind: true },
      { sendWindow: null, expiresAt: NOW + 3_600_000 },
      IN_UTC,
      NOW,
    );
    expect(message).toContain('Other messages go before it.');
    expect(message).toContain('It expires at 14:05 UTC if it has not gone by then.');
  });

  it('says to link a number before its next message is due', () => {
    const { message } = describeWait(
      { reason: 'send_at', until: NOW + 86_400_000, isBehind: false },
      { sendWindow: WINDOW, expiresAt: null },
      { ...IN_UTC, state: 'logged_out' },
      NOW,
    );
    expect(message).toBe(
      'It goes on Sun, Nov 29 at 14:05 (Europe/Rome). Change send_at to move it. Link the number before then.',
    );
  });

  it('says that a warm-up allows fewer new contacts', () => {
    const { message } = describeWait(
      { reason: 'new_contacts', until: NOW + 3_600_000, isBehind: false },
      { sendWindow: null, expiresAt: null },
      { ...IN_UTC, newContactsIn: () => 10, newContactsPerDay: 12 },
      NOW,
    );
    expect(message).toContain('For now 12 a day are allowed, because the number is new or slowed down.');
  });

  it('counts in hurried time in a hurried sandbox', () => {
    const { message } = describeWait(
      { reason: 'per_day', until: NOW + 60_000, isBehind: false },
      { sendWindow: null, expiresAt: null },
      { ...IN_UTC, speed: 100 },
      NOW,
    );
    expect(message).toContain('in the last 864 seconds');
  });
});

it('every word of the pacer has a reason', () => {
  for (const word of PACING_REASONS) expect(WAITING_REASONS).toContain(REASON_OF_PACE[word]);
});
