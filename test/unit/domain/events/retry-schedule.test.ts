import fc from 'fast-check';
import {
  DELIVERY_ATTEMPTS,
  nextDeliveryAttempt,
  sendRetryDelay,
} from '../../../../engine/domain/events/retry-schedule';

const MINUTE = 60_000;

it('tries an event 8 times: at once, then after 1, 5, 15 minutes, 1, 2, 6 and 12 hours', () => {
  const minutes = Array.from({ length: 10 }, (_, made) => {
    const wait = nextDeliveryAttempt(made);
    return wait === null ? null : wait / MINUTE;
  });
  expect(minutes).toEqual([0, 1, 5, 15, 60, 120, 360, 720, null, null]);
  expect(DELIVERY_ATTEMPTS).toBe(8);
});

describe('sendRetryDelay', () => {
  it('doubles from 1 s to 5 min', () => {
    const seconds = Array.from({ length: 11 }, (_, made) => sendRetryDelay(made + 1) / 1000);
    expect(seconds).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  });

  it('subtracts up to half as jitter, but never goes below 1 s', () => {
    expect(sendRetryDelay(1, 0)).toBe(1000);
    expect(sendRetryDelay(5, 0)).toBe(8000);
    expect(sendRetryDelay(5, 0.5)).toBe(12_000);
    expect(sendRetryDelay(20, 0)).toBe(150_000);
  });

  it('is a whole number from 1 s to 5 min, and grows with attempts and jitter', () => {
    const attempts = fc.integer({ min: 0, max: 5000 });
    const jitter = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(attempts, attempts, jitter, jitter, (a, b, j, k) => {
        const low = sendRetryDelay(Math.min(a, b), Math.min(j, k));
        const high = sendRetryDelay(Math.max(a, b), Math.max(j, k));
        expect(Number.isInteger(low)).toBe(true);
        expect(low).toBeGreaterThanOrEqual(1000);
        expect(high).toBeLessThanOrEqual(5 * MINUTE);
        expect(low).toBeLessThanOrEqual(high);
      }),
    );
  });
});
