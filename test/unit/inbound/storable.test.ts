import fc from 'fast-check';
import { storable } from '../../../engine/inbound/storable';

const text = fc.string({ unit: fc.constantFrom('\0', '\ud83d', '\udf82', 'a', 'é', '🎂'), maxLength: 5 });
const isBad = (one: string): boolean => /\0|\p{Surrogate}/u.test(one);

/** All texts in it, names of fields too. */
function textsIn(told: unknown): string[] {
  if (typeof told === 'string') return [told];
  if (typeof told !== 'object' || told === null) return [];
  return Object.entries(told).flatMap(([name, value]) => [name, ...textsIn(value)]);
}

it('leaves nothing in any text that cannot be stored, and changes nothing else', () => {
  const told = fc.object({ key: text, values: [text, fc.integer(), fc.boolean(), fc.constant(null)] });
  fc.assert(
    fc.property(fc.oneof(text, told), fc.uint8Array({ maxLength: 9 }), (something, content) => {
      const clean = storable({ something, content });
      expect(clean.content).toBe(content);
      expect(textsIn(clean.something).filter(isBad)).toEqual([]);
      expect(storable(clean)).toEqual(clean);
      if (!textsIn(something).some(isBad)) expect(clean.something).toEqual(something);
    }),
  );
  const form = {
    form: { 'na\0me': 'A\0da' },
    options: ['y\0es\ud83d', ''],
    isGroup: false,
    at: 1,
    from: null,
  };
  expect(storable(form)).toEqual({ ...form, form: { name: 'Ada' }, options: ['yes\ufffd', ''] });
});
