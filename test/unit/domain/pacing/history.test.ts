import fc from 'fast-check';
import { PacingHistory, type Paced } from '../../../../engine/domain/pacing/history';

const plain: Paced = { newContact: false, campaignId: null };
const DAY = 86_400_000;

describe('PacingHistory', () => {
  it('agrees with a plain count for any window, before and after forgetting', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: DAY / 40 }), { maxLength: 400 });
    fc.assert(
      fc.property(
        gaps,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1000, max: DAY }),
        (list, most, windowMs) => {
          const history = new PacingHistory();
          let now = 0;
          const times = list.map((gap) => (now += gap));
          for (const at of times) {
            history.add(plain, at);
            history.forget(at - DAY);
          }
          const inWindow = (at: number): number =>
            times.filter((time) => time > at - windowMs && time <= at).length;
          expect(history.all.countSince(now - windowMs)).toBe(inWindow(now));
          const fits = Math.max(now, history.all.fits(most, windowMs));
          expect(inWindow(fits)).toBeLessThan(most);
          if (fits > now) expect(inWindow(fits - 1)).toBeGreaterThanOrEqual(most);
        },
      ),
    );
  });

  it('counts new contacts and campaigns separately', () => {
    const history = new PacingHistory();
    history.add({ newContact: true, campaignId: 'a' }, 1);
    history.add({ newContact: false, campaignId: 'b' }, 2);
    history.add(plain, 3);
    expect(history.all.countSince(0)).toBe(3);
    expect(history.newContacts.countSince(0)).toBe(1);
    expect(history.campaign('a').countSince(0)).toBe(1);
    expect(history.campaign('unknown').countSince(0)).toBe(0);
  });

  it('counts claimed messages until they are handed over or released', () => {
    const history = new PacingHistory();
    history.claim(plain, 5);
    expect(history.all.countSince(1_000_000)).toBe(1);
    expect(history.all.fits(1, 10)).toBe(Infinity);
    history.release(plain);
    expect(history.all.countSince(0)).toBe(0);
    expect(history.all.fits(1, 10)).toBe(-Infinity);
  });
});
