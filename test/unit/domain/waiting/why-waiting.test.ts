import fc from 'fast-check';
import { LINK_STATES } from '../../../../engine/domain/link-state';
import { firstDueAt } from '../../../../engine/domain/messages/send-decision';
import type { HandOver } from '../../../../engine/domain/pacing/history';
import type { PacingRules } from '../../../../engine/domain/pacing/pacer';
import { QUOTA_STATES } from '../../../../engine/domain/pacing/quota';
import { SANDBOX_PACING, withDefaults } from '../../../../engine/domain/pacing/settings';
import type { SendWindow } from '../../../../engine/domain/time/send-window';
import type { PendingMessage } from '../../../../engine/domain/waiting/message-turn';
import { playToFirst, waitsAt, type Moment } from '../../../simulation/waiting-world';

// WAITING_STATES=10000 npm run jest -- test/unit/domain/waiting/why-waiting
const STATES = Number(process.env.WAITING_STATES ?? 100);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOON = Date.parse('2026-10-24T12:00:00Z');

const maybe = <T>(value: fc.Arbitrary<T>, weight = 1) =>
  fc.oneof({ arbitrary: fc.constant(null), weight: 2 }, { arbitrary: value, weight });
const hour = fc.integer({ min: 0, max: 23 }).map((n) => `${String(n).padStart(2, '0')}:00`);
const timezone = fc.constantFrom('UTC', 'Europe/Rome', 'America/New_York');
const hours = fc.record({ start: hour, end: hour, timezone }).filter(({ start, end }) => start !== end);
const sendWindow: fc.Arbitrary<SendWindow> = fc
  .record(
    {
      start: hour,
      end: hour,
      timezone,
      days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    },
    { requiredKeys: ['start', 'end', 'timezone'] },
  )
  .filter(({ start, end }) => start !== end);
/** Milliseconds, mostly short. */
const ahead = fc.oneof(fc.integer({ min: 0, max: HOUR }), fc.integer({ min: 0, max: 3 * DAY }));

const rules: fc.Arbitrary<PacingRules> = fc.record({
  settings: fc.oneof(
    fc.constant(SANDBOX_PACING),
    fc
      .record({
        min_gap_s: fc.integer({ min: 1, max: 120 }),
        jitter_s: fc.integer({ min: 0, max: 60 }),
        per_minute: fc.integer({ min: 1, max: 8 }),
        per_hour: fc.integer({ min: 1, max: 30 }),
        per_day: fc.integer({ min: 1, max: 60 }),
        new_contacts_per_day: fc.integer({ min: 0, max: 20 }),
        warm_up: fc.boolean(),
        quiet_hours: maybe(hours),
      })
      .map(withDefaults),
  ),
  linkedAt: maybe(fc.integer({ min: 0, max: 20 * DAY }).map((ago) => NOON - ago)),
  slowdown: maybe(
    fc.record({
      factor: fc.constantFrom(2, 4, 8),
      since: fc.integer({ min: 0, max: DAY }).map((ago) => NOON - ago),
      reason: fc.constant('rejections' as const),
      lowPausedUntil: maybe(ahead.map((ms) => NOON + ms)),
    }),
  ),
  campaigns: fc
    .record({ per_minute: fc.integer({ min: 1, max: 4 }), per_hour: fc.integer({ min: 1, max: 9 }) })
    .map((pacing) => new Map([['slow', pacing]])),
  speed: fc.constant(1),
  quota: maybe(
    fc.record({
      limit: fc.integer({ min: 1, max: 40 }),
      used: fc.integer({ min: 0, max: 40 }),
      state: fc.constantFrom(...QUOTA_STATES),
      readAt: ahead.map((ms) => NOON - ms),
      resetsAt: maybe(ahead.map((ms) => NOON + ms + 1)),
      cycleMs: fc.constant(null),
    }),
  ),
});

const campaignId = fc.constantFrom(null, null, 'slow', 'other');
const history: fc.Arbitrary<HandOver[]> = fc
  .array(
    fc.record({
      at: fc
        .oneof(fc.integer({ min: 0, max: 10 * MINUTE }), fc.integer({ min: 0, max: DAY }))
        .map((ago) => NOON - ago),
      newContact: fc.boolean(),
      campaignId,
    }),
    { maxLength: 40 },
  )
  .map((all) => all.sort((a, b) => a.at - b.at));

const message = (index: number): fc.Arbitrary<PendingMessage> =>
  fc
    .record({
      who: fc.constantFrom('per_1', 'per_2', 'per_3', 'per_4', 'per_5'),
      rank: fc.constantFrom(0 as const, 1 as const, 1 as const, 2 as const),
      newContact: fc.boolean(),
      campaignId,
      madeAgo: fc.integer({ min: 0, max: 2 * HOUR }),
      sendIn: maybe(ahead),
      expiresIn: maybe(ahead.map((ms) => ms + 1)),
      sendWindow: maybe(sendWindow),
      retryIn: maybe(fc.integer({ min: 0, max: 5 * MINUTE })),
      held: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      humanIn: maybe(fc.oneof(fc.constant(Infinity), ahead)),
    })
    .map((made) => {
      const madeAt = NOON - made.madeAgo;
      const sendAt = made.sendIn === null ? null : madeAt + made.sendIn;
      const expiresAt = made.expiresIn === null ? null : NOON + made.expiresIn;
      const first = firstDueAt({ sendAt, sendWindow: made.sendWindow, expiresAt }, madeAt);
      const wasTried = made.retryIn !== null && first <= NOON;
      return {
        id: `msg_${index}`,
        who: made.who,
        candidate: { rank: made.rank, newContact: made.newContact, campaignId: made.campaignId },
        dueAt: wasTried ? NOON + made.retryIn! : first,
        sendAt,
        expiresAt,
        sendWindow: made.sendWindow,
        wasTried,
        held: made.held,
        humanUntil: made.humanIn === null ? null : NOON + made.humanIn,
      };
    });

const moment: fc.Arbitrary<Moment> = fc.record({
  now: fc.constant(NOON),
  rules,
  history,
  session: fc.record({
    state: fc.oneof(
      { arbitrary: fc.constant('connected' as const), weight: 8 },
      { arbitrary: fc.constantFrom(...LINK_STATES, null), weight: 1 },
    ),
    newContactsBlockedUntil: maybe(
      fc.oneof(
        fc.constant(Infinity),
        ahead.map((ms) => NOON + ms),
      ),
    ),
    underWay: fc
      .uniqueArray(fc.constantFrom('per_1', 'per_6', 'per_7'), { maxLength: 2 })
      .map((whos) => new Set(whos)),
  }),
  messages: fc
    .integer({ min: 1, max: 8 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => message(index)))),
});

const OPEN_ENDS = [
  'campaign_paused',
  'link_down',
  'logged_out',
  'human_has_the_chat',
  'restricted',
  'new_contacts',
  'whatsapp_quota',
  // Hours that never meet.
  'send_window',
  'quiet_hours',
];

/**
 * A message alone. What has no known end counts only once it is due: until then it may well be over.
 */
function alone(state: Moment, message: PendingMessage): Moment {
  const session = { ...state.session, underWay: new Set<string>() };
  if (message.dueAt <= NOON) return { ...state, session, messages: [message] };
  const known = (until: number | null): number | null => (until === Infinity ? null : until);
  return {
    ...state,
    session: {
      ...session,
      state: 'connected',
      newContactsBlockedUntil: known(session.newContactsBlockedUntil),
    },
    messages: [{ ...message, humanUntil: known(message.humanUntil) }],
  };
}

function mayNeverGo({ session }: Moment, { dueAt, humanUntil, candidate, who }: PendingMessage): boolean {
  const isBlocked = candidate.newContact && session.newContactsBlockedUntil === Infinity;
  return session.underWay.has(who) || (dueAt > NOON && (humanUntil === Infinity || isBlocked));
}

describe('what a message waits for', () => {
  it('is what then happens, as long as no other message goes first', () => {
    fc.assert(
      fc.property(moment, (state) => {
        const waits = waitsAt(state);
        for (const one of state.messages) {
          const wait = waits.get(one.id)!;
          const { claimed, expired } = playToFirst(alone(state, one));
          if (wait === null) expect(claimed).toEqual({ id: one.id, at: NOON });
          else if (wait.until !== null) {
            if (expired.has(one.id)) expect(one.expiresAt).toBeLessThanOrEqual(wait.until);
            else expect(claimed!.at).toBeCloseTo(wait.until, 3);
          } else if (OPEN_ENDS.includes(wait.reason)) expect(claimed).toBeNull();
          else expect(wait.reason).toBe('earlier_message');
        }
      }),
      { numRuns: STATES },
    );
  });

  it('names who goes next, and says of no other that it goes sooner', () => {
    fc.assert(
      fc.property(moment, (state) => {
        const waits = waitsAt(state);
        const { claimed, expired } = playToFirst(state);
        if (claimed === null) return;
        for (const one of state.messages) {
          if (mayNeverGo(state, one)) continue;
          const wait = waits.get(one.id)!;
          if (one.id === claimed.id) {
            // The first of all waits for no other.
            expect(wait?.reason).not.toBe('earlier_message');
            expect(wait === null ? NOON : wait.until).toBeCloseTo(claimed.at, 3);
          } else if (wait === null) expect(expired).toContain(one.id);
          else if (wait.until !== null && !expired.has(one.id))
            expect(wait.until).toBeGreaterThanOrEqual(claimed.at - 0.001);
        }
      }),
      { numRuns: STATES },
    );
  });
});
