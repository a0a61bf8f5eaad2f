import fc from 'fast-check';
import { newId, newIdsAfter } from '../../../engine/domain/ids';

const SHAPE = /^con_[0-9A-HJKMNP-TV-Z]{26}$/;

describe('newIdsAfter', () => {
  it('makes ids that sort after the last, even one from the future', () => {
    const last = fc
      .tuple(fc.boolean(), fc.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Y]{25}$/))
      .map(([none, ulid]) => (none ? null : `con_${ulid}`));
    fc.assert(
      fc.property(last, fc.integer({ min: 1, max: 50 }), (previous, count) => {
        const ids = newIdsAfter('contact', previous, count);
        expect(ids).toHaveLength(count);
        expect(ids.every((id) => SHAPE.test(id))).toBe(true);
        const all = previous === null ? ids : [previous, ...ids];
        expect([...all].sort()).toEqual(all);
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });

  it('makes ordinary ids when nothing is ahead of the clock', () => {
    const last = newId('contact');
    const [id] = newIdsAfter('contact', last, 1);
    expect(id! > last && id! < newId('contact')).toBe(true);
  });
});
