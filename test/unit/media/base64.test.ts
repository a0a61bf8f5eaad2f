import fc from 'fast-check';
import { base64Fault, decodeBase64Strict } from '../../../engine/media/base64';

describe('decodeBase64Strict', () => {
  it('round-trips any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        expect(decodeBase64Strict(Buffer.from(bytes).toString('base64'))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('accepts text only if its bytes encode to the same text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ABab01+/=-_ \n'), maxLength: 12 }), (text) => {
        const bytes = decodeBase64Strict(text);
        const canonical = text !== '' && Buffer.from(text, 'base64').toString('base64') === text;
        expect(bytes !== null).toBe(canonical);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['', 'empty'],
    ['data:image/png;base64,aGk=', 'data: URL'],
    ['aGVs\nbG8=', 'line breaks'],
    ['-_-_', 'URL-safe'],
    ['aGk', 'padding'],
    ['aGl=', 'belong to no byte'],
    ['a===', 'not base64'],
    ['aG=k', 'not base64'],
    ['hél=', 'not base64'],
  ])('refuses "%s" and says why', (text, words) => {
    expect(decodeBase64Strict(text)).toBeNull();
    expect(base64Fault(text)?.message).toContain(words);
  });
});
