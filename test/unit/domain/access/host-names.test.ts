import { hostName, isTrustedHost } from '../../../../engine/domain/access/host-names';

const OWN = new Set(['engine.example.com']);

describe('isTrustedHost', () => {
  it.each([
    undefined,
    'localhost',
    'localhost:7717',
    'LOCALHOST.:7717',
    'app.localhost:7717',
    '127.0.0.1:7717',
    '[::1]:7717',
    '10.1.2.3:7717',
    '203.0.113.7',
    // A container or a machine of the same network: no public name server knows names without a dot.
    'engine:7717',
    'engine.example.com',
    'Engine.Example.com:443',
  ])('trusts %s', (host) => expect(isTrustedHost(host, OWN)).toBe(true));

  it.each([
    'evil.example',
    'evil.example:7717',
    'localhost.evil.example',
    '127.0.0.1.evil.example:7717',
    'engine.example.com.evil.example',
    '127.0.0.1:7717@evil.example',
    '127.1.evil',
    '0x7f.1',
    '',
    ':7717',
    'a b',
    '[evil.example',
    'http://localhost',
  ])('does not trust %j', (host) => expect(isTrustedHost(host, OWN)).toBe(false));
});

it('reads the name without its port', () => {
  expect(hostName('[2001:db8::1]:80')).toBe('2001:db8::1');
  expect(hostName('Example.COM:')).toBe('example.com');
  expect(hostName('a/b')).toBeNull();
});
