import { UsageError } from '../../../../../engine/cli/exit-codes';
import { readLinkInput } from '../../../../../engine/cli/commands/link/read-input';

it('has a default for everything', () => {
  expect(readLinkInput({})).toEqual({ name: null, sessionId: null, pairingPhone: null, timeoutMs: 300_000 });
});

it('accepts a phone number as people write it', () => {
  expect(
    readLinkInput({ 'pairing-code': '+39 (333) 123-4567', timeout: '86400', name: 'x'.repeat(120) }),
  ).toEqual({
    name: 'x'.repeat(120),
    sessionId: null,
    pairingPhone: '+393331234567',
    timeoutMs: 86_400_000,
  });
});

it.each<[Record<string, string>, string | RegExp]>([
  [{ timeout: '0' }, '--timeout is "0". Use a number of seconds from 1 to 86400.'],
  [{ timeout: '1.5' }, '--timeout is "1.5". Use a number of seconds from 1 to 86400.'],
  [{ timeout: '86401' }, '--timeout is "86401". Use a number of seconds from 1 to 86400.'],
  [{ timeout: 'soon' }, '--timeout is "soon". Use a number of seconds from 1 to 86400.'],
  [{ 'pairing-code': '3331234567' }, /^--pairing-code has no \+ and country code/],
  [{ 'pairing-code': '120363000000000001@g.us' }, /^--pairing-code needs the phone’s number/],
  [{ name: 'x'.repeat(121) }, '--name has 121 characters. Use 120 at most.'],
  [{ name: 'x', session: 'ses_x' }, /^--name and --session do not go together\./],
])('refuses %j', (flags, message) => {
  const read = (): unknown => readLinkInput(flags);
  expect(read).toThrow(UsageError);
  expect(read).toThrow(message);
});
