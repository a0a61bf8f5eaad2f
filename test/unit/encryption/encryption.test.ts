import { randomBytes } from 'node:crypto';
import { CannotDecrypt, Encryption } from '../../../engine/encryption/encryption';

describe('Encryption', () => {
  const encryption = new Encryption(randomBytes(32));

  it.each(['', 'secret', 'ünï ☺'.repeat(1000)])('opens what it sealed', (text) => {
    expect(encryption.openText(encryption.seal(text, 'wh_1'), 'wh_1')).toBe(text);
  });

  it('opens bytes as they were', () => {
    const bytes = randomBytes(100_000);
    expect(encryption.open(encryption.seal(bytes, 'a'), 'a').equals(bytes)).toBe(true);
  });

  it('seals the same data differently each time, and never in plain text', () => {
    const [first, second] = [
      encryption.seal('the same secret', 'a'),
      encryption.seal('the same secret', 'a'),
    ];
    expect(first.equals(second)).toBe(false);
    expect(first.includes('the same secret')).toBe(false);
  });

  it('opens nothing with another key, and says what to do', () => {
    const sealed = encryption.seal('secret', 'a');
    expect(() => new Encryption(randomBytes(32)).open(sealed, 'a')).toThrow(CannotDecrypt);
    expect(() => new Encryption(randomBytes(32)).open(sealed, 'a')).toThrow('BLUETICKS_ENCRYPTION_KEY');
  });

  it('opens nothing that was moved to another place', () => {
    expect(() => encryption.open(encryption.seal('secret', 'wh_1'), 'wh_2')).toThrow(CannotDecrypt);
  });

  it('opens nothing after a single changed bit, wherever it is', () => {
    const sealed = encryption.seal('secret', 'a');
    for (let index = 0; index < sealed.length; index++) {
      const damaged = Buffer.from(sealed);
      damaged[index] = (damaged[index] as number) ^ 1;
      expect(() => encryption.open(damaged, 'a')).toThrow(CannotDecrypt);
    }
  });

  it.each([0, 1, 28])('opens nothing that was cut off to %i bytes', (length) => {
    expect(() => encryption.open(encryption.seal('secret', 'a').subarray(0, length), 'a')).toThrow(
      CannotDecrypt,
    );
  });

  it('refuses a key of the wrong length', () => {
    expect(() => new Encryption(randomBytes(16))).toThrow('32 bytes');
  });
});
