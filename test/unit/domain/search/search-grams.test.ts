import fc from 'fast-check';
import { gramsOf, gramsOfPart } from '../../../../engine/domain/search/search-grams';

const mayContain = (text: string, part: string): boolean => {
  const grams = gramsOf(text);
  return gramsOfPart(part).every((gram) => grams.has(gram));
};

describe('the index of parts of texts', () => {
  it.each([
    ['Your appointment is tomorrow', 'point'],
    ['ÀÉÎ Straße', 'éî s'],
    ['请明天来', '明天'],
    ['请明天来', '天'],
    ['Danke 👍🏽 bis dann', '👍🏽'],
    ['Order 4711-0815', '11-08'],
    ['İstanbul', 'istanbul'],
    ['ISPARTA', 'ısparta'],
    ['ΟΔΟΣ', 'οδος'],
    ['100% _sure_', '% _'],
  ])('finds in %j what ILIKE finds: %j', (text, part) => expect(mayContain(text, part)).toBe(true));

  it('leaves out texts that do not have it', () => {
    expect(mayContain('Your appointment is tomorrow', 'today')).toBe(false);
    expect(mayContain('请明天来', '后天')).toBe(false);
    expect(mayContain('ab', 'abc')).toBe(false);
  });

  it('finds every part of every text, in any case', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 });
    fc.assert(
      fc.property(text, text, text, fc.boolean(), (before, part, after, upper) => {
        const changed = upper ? part.toUpperCase() : part.toLowerCase();
        // Some letters do not come back from the other case, and ILIKE does not find these either.
        const lower = (one: string): string[] => [...one].map((letter) => letter.toLowerCase());
        fc.pre(lower(changed).join('|') === lower(part).join('|'));
        expect(mayContain(before + part + after, part)).toBe(true);
        expect(mayContain(before + changed + after, part)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
