import { earlyLogout, isEarlyLogout } from '../../../engine/domain/early-logout';

describe('a logout soon after linking', () => {
  it('says how soon, and what to do about the address', () => {
    expect(earlyLogout(40_000, false)).toMatch(/ 40 s after it was linked\. .*Give the number a proxy/);
    expect(earlyLogout(400_000, true)).toMatch(/ 7 minutes after it was linked\. .*address of the proxy/);
  });

  it('is recognized by its text', () => {
    expect(isEarlyLogout(earlyLogout(1, true))).toBe(true);
    expect(isEarlyLogout('Logged out. Link the number again to go on.')).toBe(false);
    expect(isEarlyLogout(null)).toBe(false);
  });
});
