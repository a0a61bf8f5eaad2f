import fc from 'fast-check';

/**
 * Any character of Unicode, often a usual one: `fc.string({ unit: anyCharacter })`. fast-check's own `binary` builds
 * tables for most of a second first, in each test file.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc.integer({ min: 0, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map((code) => String.fromCodePoint(code));
