import { afterClose, pauseBefore } from '../../../../../engine/transport/baileys/link/reconnect-policy';

describe('a closed socket', () => {
  it('reconnects at once if WhatsApp asks for it, as after pairing', () => {
    expect(afterClose({ code: 515 }, 0)).toEqual({ again: 'now', state: 'connecting', reason: null });
  });

  it('does not reconnect at once forever if WhatsApp keeps asking', () => {
    expect(afterClose({ code: 515 }, 1).again).toBe('later');
  });

  it.each([503, 428, 408, 1006, 500, 1011, 0, 599])('reconnects after a pause for %i', (code) => {
    const { again, state, reason } = afterClose({ code }, 0);
    expect({ again, state }).toEqual({ again: 'later', state: 'disconnected' });
    expect(reason).toMatch(/WhatsApp .*reconnects by itself/);
    expect(reason).toContain(String(code));
  });

  it.each([401, 403, 406])('is logged out by %i and says what to do', (code) => {
    expect(afterClose({ code }, 0)).toMatchObject({
      again: 'never',
      state: 'logged_out',
      reason: expect.stringMatching(/link the number again/i),
    });
  });

  it.each([440, 402, 405, 409, 411])('stays disconnected after %i and keeps its keys', (code) => {
    expect(afterClose({ code }, 3)).toMatchObject({ again: 'never', state: 'disconnected' });
  });

  it('says that another program took over the link', () => {
    expect(afterClose({ code: 440 }, 0).reason).toMatch(/another program/i);
  });
});

describe('the pause before the next attempt', () => {
  const timing = { firstRetryMs: 1_000, longestRetryMs: 60_000 };

  it('doubles up to a minute, and is at least half of that', () => {
    const longest = [0, 1, 2, 3, 4, 5, 6, 7, 100].map((failures) => pauseBefore(failures, 1, timing));
    expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(pauseBefore(3, 0, timing)).toBe(4_000);
  });

  it('differs between links that were cut together', () => {
    const pauses = Array.from({ length: 50 }, () => pauseBefore(5, Math.random(), timing));
    expect(new Set(pauses).size).toBeGreaterThan(40);
    expect(pauses.every((pause) => pause >= 16_000 && pause <= 32_000)).toBe(true);
  });
});
