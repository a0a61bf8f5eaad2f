import fc from 'fast-check';
import { isAllowedAddress, literalAddress } from '../../../engine/network/address-policy';

describe('isAllowedAddress', () => {
  it.each(['8.8.8.8', '2606:4700:4700::1111'])('allows public %s under both policies', (address) => {
    expect(isAllowedAddress(address, 'public')).toBe(true);
    expect(isAllowedAddress(address, 'any')).toBe(true);
  });

  it.each(['10.0.0.5', '172.16.0.1', '192.168.1.1', '127.0.0.1', '::1', 'fd12::1', '::ffff:10.0.0.1'])(
    'lets private %s through only under "any"',
    (address) => {
      expect(isAllowedAddress(address, 'public')).toBe(false);
      expect(isAllowedAddress(address, 'any')).toBe(true);
    },
  );

  it.each([
    '169.254.169.254',
    '169.254.1.1',
    'fe80::1',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
    '100.100.100.200',
    '0.0.0.0',
    '::',
    '224.0.0.1',
    'ff02::1',
    '255.255.255.255',
    'example.com',
    '',
  ])('never lets "%s" through', (address) => {
    expect(isAllowedAddress(address, 'public')).toBe(false);
    expect(isAllowedAddress(address, 'any')).toBe(false);
  });

  it('allows everything under "any" that is allowed under "public"', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        expect(isAllowedAddress(address, 'any') || !isAllowedAddress(address, 'public')).toBe(true);
      }),
    );
  });
});

describe('literalAddress', () => {
  it.each([
    ['http://2130706433/', '127.0.0.1'],
    ['http://0x7f.1/', '127.0.0.1'],
    ['http://0177.0.0.1/', '127.0.0.1'],
    ['http://[::FFFF:127.0.0.1]/', '::ffff:7f00:1'],
    ['http://127.0.0.1./', '127.0.0.1'],
    ['http://localhost/', '127.0.0.1'],
    ['http://db.LOCALHOST./', '127.0.0.1'],
  ])('finds the address of %s', (url, address) => {
    expect(literalAddress(new URL(url).hostname)).toBe(address);
  });

  it.each(['example.com', 'localhost.example.com', 'notlocalhost'])('treats %s as a name', (host) => {
    expect(literalAddress(host)).toBeNull();
  });
});
