import fc from 'fast-check';
import {
  expiryWithoutMoment,
  hangOn,
  NO_TIMES,
  type MessageTimes,
} from '../../../../engine/domain/time/message-times';
import { readMoment, type Moment, type RelativeTime } from '../../../../engine/domain/time/moment';
import { readTimes } from '../../../../engine/domain/time/read-times';
import { Faults } from '../../../../engine/errors';

const NOW = Date.UTC(2026, 5, 10, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const iso = (ms: number): string => new Date(NOW + ms).toISOString();
const momentOf = (given: RelativeTime): Moment => readMoment(given, new Faults())!;

function hung(given: RelativeTime, current: MessageTimes = NO_TIMES): MessageTimes {
  const result = hangOn(momentOf(given), current, NOW);
  if (!result.ok) throw new Error(result.message);
  return result.times;
}
/** Milliseconds from now. */
const ahead = (date: Date | null): number | null => date && date.getTime() - NOW;
const inShort = ({ sendAt, expiresAt }: MessageTimes) => [ahead(sendAt), ahead(expiresAt)];

describe('the expiry of a message that hangs on a moment', () => {
  it('is the moment, for one before it', () => {
    expect(inShort(hung({ before: 'P1D', of: iso(3 * DAY) }))).toEqual([2 * DAY, 3 * DAY]);
    expect(inShort(hung({ before: 'P1D', of: iso(HOUR), if_past: 'send_now' }))).toEqual([null, HOUR]);
  });
  it('is none for one at it or after it', () => {
    expect(inShort(hung({ before: 'PT0S', of: iso(DAY) }))).toEqual([DAY, null]);
    expect(inShort(hung({ after: 'PT0S', of: iso(DAY) }))).toEqual([DAY, null]);
  });
  it('is its own, if it has one', () => {
    const own = { ...NO_TIMES, expiresAt: new Date(NOW + 5 * DAY) };
    expect(inShort(hung({ before: 'P1D', of: iso(3 * DAY) }, own))).toEqual([2 * DAY, 5 * DAY]);
  });
  it('moves with the moment', () => {
    const first = hung({ before: 'P1D', of: iso(3 * DAY) });
    expect(inShort(hung({ before: 'P1D', of: iso(5 * DAY) }, first))).toEqual([4 * DAY, 5 * DAY]);
    const own = { ...first, expiresAt: new Date(NOW + 3 * DAY + HOUR) };
    expect(inShort(hung({ before: 'P1D', of: iso(5 * DAY) }, own))).toEqual([4 * DAY, 5 * DAY + HOUR]);
  });
  it('keeps its distance from send_at where the moment would put it before that', () => {
    const nine = { before: 'P1D', at: '09:00', timezone: 'UTC' };
    const first = hung({ ...nine, of: '2026-06-20T10:00:00Z' });
    const own = { ...first, expiresAt: new Date('2026-06-19T09:30:00Z') };
    const moved = hung({ ...nine, of: '2026-06-20T08:00:00Z' }, own);
    expect(moved).toMatchObject({ sendAt: first.sendAt, expiresAt: own.expiresAt });
  });
  it('stays away if it was taken away', () => {
    const none = { ...hung({ before: 'P1D', of: iso(3 * DAY) }), expiresAt: null };
    expect(inShort(hung({ before: 'P1D', of: iso(5 * DAY) }, none))).toEqual([4 * DAY, null]);
  });
  it('goes when the message takes a time of its own, or goes after the moment', () => {
    const first = hung({ before: 'P1D', of: iso(3 * DAY) });
    expect(expiryWithoutMoment(first)).toBeNull();
    expect(inShort(hung({ after: 'P1D', of: iso(3 * DAY) }, first))).toEqual([4 * DAY, null]);
    const own = { ...first, expiresAt: new Date(NOW + 9 * DAY) };
    expect(expiryWithoutMoment(own)).toEqual(own.expiresAt);
  });

  it('is never before the message is due, however often the moment moves', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 6 });
    const forms = fc.constantFrom<RelativeTime>(
      { before: 'P1D', if_past: 'skip' },
      { before: 'P1D', at: '09:00', timezone: 'Europe/Rome', if_past: 'skip' },
      { before: 'PT30M', if_past: 'send_now' },
      { after: 'PT2H' },
    );
    const distances = fc.option(fc.integer({ min: 1, max: 100 }), { nil: null });
    fc.assert(
      fc.property(steps, forms, distances, (hours, form, distance) => {
        let times: MessageTimes = NO_TIMES;
        for (const hour of hours) {
          times = hung({ ...form, of: iso(hour * HOUR) }, times);
          if (distance !== null && !times.moment?.skipped) {
            const own = (times.sendAt?.getTime() ?? NOW) + distance * 60_000;
            times = { ...times, expiresAt: new Date(own) };
          }
          const due = times.sendAt?.getTime() ?? NOW;
          if (times.expiresAt) expect(times.expiresAt.getTime()).toBeGreaterThan(due);
        }
      }),
    );
  });
});

describe('the times of a request', () => {
  const read = (times: Parameters<typeof readTimes>[0], current?: MessageTimes) => {
    const faults = new Faults();
    const result = readTimes(times, NOW, faults, current);
    return { ...result, faults: faults.details.map(({ path, code }) => `${path} ${code}`) };
  };
  const late = { before: 'P1D', of: iso(HOUR) };

  it('name what is wrong with each part of a relative send_at', () => {
    const { faults } = read({ send_at: { before: 'x', of: 'y' }, expires_at: 'z' });
    expect(faults).toEqual([
      'send_at.of invalid_time',
      'send_at.before invalid_duration',
      'expires_at invalid_time',
    ]);
    expect(read({ send_at: late }).faults).toEqual(['send_at too_soon']);
  });
  it('take an expiry that is over with something that is skipped', () => {
    const over = { ...late, of: iso(-HOUR), if_past: 'skip' as const };
    const { faults, moment } = read({ send_at: over, expires_at: over.of });
    expect([faults, moment?.skipped]).toEqual([[], true]);
  });
  it('refuse an expiry before the time that a moment gives', () => {
    const { faults } = read({ send_at: { before: 'P1D', of: iso(3 * DAY) }, expires_at: iso(DAY) });
    expect(faults).toEqual(['expires_at out_of_order']);
  });
  it('with a plain send_at take a message off its moment', () => {
    const current = hung({ before: 'P1D', of: iso(3 * DAY) });
    expect(read({ send_at: iso(5 * DAY) }, current)).toEqual({
      ...{ sendAt: new Date(NOW + 5 * DAY), expiresAt: null, moment: null, faults: [] },
    });
  });
});
