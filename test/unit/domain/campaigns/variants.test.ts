import fc from 'fast-check';
import { drawVariant, variantsFault, type Variant } from '../../../../engine/domain/campaigns/variants';

const variantsOf = (...shares: number[]): Variant[] =>
  shares.map((share, index) => ({ name: `v${index}`, text: 'Hi', share }));

describe('the variants of a campaign', () => {
  it('are drawn the same each time, and only those that there are', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer({ min: 1, max: 99 }), (campaign, contact, share) => {
        const variants = variantsOf(share, 100 - share);
        const drawn = drawVariant(campaign, contact, variants);
        expect(drawVariant(campaign, contact, variants)).toBe(drawn);
        expect([0, 1]).toContain(drawn);
      }),
    );
  });

  it('get their share of the contacts', () => {
    const counts = [0, 0, 0];
    const variants = variantsOf(50, 30, 20);
    for (let contact = 0; contact < 20_000; contact += 1)
      counts[drawVariant('cmp_1', `con_${contact}`, variants)]! += 1;
    // Five standard deviations of the largest are under 2 % of all.
    counts.forEach((count, index) => {
      expect(Math.abs(count / 20_000 - variants[index]!.share / 100)).toBeLessThan(0.02);
    });
  });

  it('are drawn anew in each campaign', () => {
    const variants = variantsOf(50, 50);
    const drawn = (campaign: string): string =>
      Array.from({ length: 100 }, (_, contact) => drawVariant(campaign, `con_${contact}`, variants)).join('');
    expect(drawn('cmp_1')).not.toBe(drawn('cmp_2'));
  });

  it('make 100 in all, and have different names', () => {
    expect(variantsFault(variantsOf(50, 50))).toBeNull();
    expect(variantsFault(variantsOf(50, 40))).toMatch(/90 in all.*100/);
    expect(variantsFault([...variantsOf(50), { name: 'V0', text: 'Hi', share: 50 }])).toMatch(/twice/);
  });
});
