import fc from 'fast-check';
import { withoutNul } from '../../../engine/inbound/without-nul';

const text = fc.string({ unit: fc.constantFrom('\0', 'a', 'é', '🎂'), maxLength: 5 });

/** All texts in it, names of fields too. */
function textsIn(told: unknown): string[] {
  if (typeof told === 'string') return [told];
  if (typeof told !== 'object' || told === null) return [];
  return Object.entries(told).flatMap(([name, value]) => [name, ...textsIn(value)]);
}

it('leaves NUL characters out of every text, and changes nothing else', () => {
  const told = fc.object({ key: text, values: [text, fc.integer(), fc.boolean(), fc.constant(null)] });
  fc.assert(
    fc.property(fc.oneof(text, told), fc.uint8Array({ maxLength: 9 }), (something, content) => {
      const clean = withoutNul({ something, content });
      expect(clean.content).toBe(content);
      expect(textsIn(clean.something).filter((one) => one.includes('\0'))).toEqual([]);
      expect(withoutNul(clean)).toEqual(clean);
      if (!textsIn(something).some((one) => one.includes('\0'))) expect(clean.something).toEqual(something);
    }),
  );
  const form = { form: { 'na\0me': 'A\0da' }, options: ['y\0es', ''], isGroup: false, at: 1, from: null };
  expect(withoutNul(form)).toEqual({ ...form, form: { name: 'Ada' }, options: ['yes', ''] });
});
