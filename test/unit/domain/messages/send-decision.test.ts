import fc from 'fast-check';
import { decide, firstDueAt } from '../../../../engine/domain/messages/send-decision';
import { nextOpening, type SendWindow } from '../../../../engine/domain/time/send-window';

const day: SendWindow = { start: '09:00', end: '20:00', timezone: 'UTC' };
const at = (time: string) => Date.parse(`2026-06-01T${time}:00Z`);

describe('decide', () => {
  it.each([
    ['no limits', null, null, '03:00', { do: 'send' }],
    ['inside the window', day, null, '09:00', { do: 'send' }],
    ['before the window', day, null, '08:00', { do: 'wait', until: at('09:00') }],
    ['before the window, expires later', day, '10:00', '08:00', { do: 'wait', until: at('09:00') }],
    ['before the window, expires first', day, '08:30', '08:00', { do: 'wait', until: at('08:30') }],
    ['expires just now, window open', day, '12:00', '12:00', { do: 'fail', reason: 'expired' }],
    ['expired, window closed', day, '21:00', '22:00', { do: 'fail', reason: 'expired' }],
    ['expires in a minute', null, '12:01', '12:00', { do: 'send' }],
  ])('%s', (_name, sendWindow, expires, now, decision) => {
    expect(decide({ sendWindow, expiresAt: expires === null ? null : at(expires) }, at(now))).toEqual(
      decision,
    );
  });
});

describe('decide, for somebody who has opted out,', () => {
  const optedOut = true;
  it.each([
    ['fails', { sendWindow: null, expiresAt: null, optedOut }, 'recipient_opted_out'],
    ['fails before the window opens', { sendWindow: day, expiresAt: null, optedOut }, 'recipient_opted_out'],
    ['has expired all the same', { sendWindow: null, expiresAt: at('02:00'), optedOut }, 'expired'],
  ])('%s', (_name, message, reason) => {
    expect(decide(message, at('03:00'))).toEqual({ do: 'fail', reason });
  });
});

describe('firstDueAt', () => {
  it.each([
    ['now', null, null, null, '03:00', '03:00'],
    ['at send_at', '15:00', null, null, '03:00', '15:00'],
    ['send_at has passed', '02:00', null, null, '03:00', '03:00'],
    ['send_at before the window', '04:00', day, null, '03:00', '09:00'],
    ['send_at in the window', '10:30', day, null, '03:00', '10:30'],
    ['no send_at, before the window', null, day, null, '03:00', '09:00'],
    ['expires before the window', '04:00', day, '08:00', '03:00', '08:00'],
    ['expires before send_at', '10:00', null, '08:00', '03:00', '08:00'],
    ['has expired', null, day, '02:00', '03:00', '03:00'],
  ])('%s', (_name, sendAt, sendWindow, expiresAt, now, due) => {
    const time = (text: string | null) => (text === null ? null : at(text));
    const message = { sendAt: time(sendAt), sendWindow, expiresAt: time(expiresAt) };
    expect(firstDueAt(message, at(now))).toBe(at(due));
  });
});

describe('a message checked when it is due', () => {
  const HOUR = 3_600_000;
  const instant = fc.integer({ min: at('00:00'), max: at('00:00') + 96 * HOUR });
  const sendWindow = fc.option(
    fc.constantFrom<SendWindow>(
      day,
      { start: '22:00', end: '06:00', timezone: 'Asia/Kathmandu' },
      { start: '09:00', end: '10:00', timezone: 'Europe/Rome', days: [3] },
    ),
  );
  const messages = fc.record({ sendAt: fc.option(instant), expiresAt: fc.option(instant), sendWindow });

  it('is sent or fails after at most two checks, never outside its window or after its expiry', () => {
    fc.assert(
      fc.property(messages, instant, (message, created) => {
        const due = firstDueAt(message, created);
        expect(due).toBeGreaterThanOrEqual(created);
        const decision = decide(message, due);
        // Nothing stands in the way at the moment that was named: either the window is open or time is up.
        expect(decision.do).not.toBe('wait');
        if (decision.do === 'send') {
          expect(due).toBeGreaterThanOrEqual(message.sendAt ?? created);
          if (message.sendWindow) expect(nextOpening(message.sendWindow, due)).toBe(due);
          if (message.expiresAt !== null) expect(due).toBeLessThan(message.expiresAt);
        } else expect(message.expiresAt).toBeLessThanOrEqual(due);
      }),
    );
  });

  it('waits until later than now, then decides', () => {
    fc.assert(
      fc.property(messages, instant, (message, now) => {
        const decision = decide(message, now);
        fc.pre(decision.do === 'wait');
        expect(decision.until).toBeGreaterThan(now);
        expect(decide(message, decision.until).do).not.toBe('wait');
      }),
    );
  });
});
