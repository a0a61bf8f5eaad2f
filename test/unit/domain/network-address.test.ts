import fc from 'fast-check';
import { classifyAddress } from '../../../engine/domain/network-address';

it.each([
  [
    'public',
    ['8.8.8.8', '1.1.1.1', '93.184.216.34', '172.15.255.255', '172.32.0.1', '100.63.255.255', '100.128.0.1'],
  ],
  ['public', ['2606:4700:4700::1111', '2a00:1450:4001:800::200e', '[2606:4700:4700::1111]']],
  ['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '100.127.255.255']],
  ['private', ['fc00::1', 'fd12:3456::1', 'fec0::1', '64:ff9b:1::808:808']],
  ['loopback', ['127.0.0.1', '127.255.255.254', '::1', '[::1]', '0:0:0:0:0:0:0:1']],
  ['link_local', ['169.254.1.1', '169.254.169.253', 'fe80::1', 'fe80::1%eth0', 'febf::1']],
  [
    'metadata',
    ['169.254.169.254', '169.254.170.2', '169.254.170.23', '100.100.100.200', '192.0.0.192', '168.63.129.16'],
  ],
  [
    'metadata',
    ['fd00:ec2::254', 'fd00:0ec2:0:0:0:0:0:254', 'fd00:ec2::23', 'fd20:ce::254', 'fd00:ec2::254%eth0'],
  ],
  ['reserved', ['0.0.0.0', '0.1.2.3', '255.255.255.255', '224.0.0.1', '239.255.255.255', '240.0.0.1']],
  [
    'reserved',
    ['192.0.0.8', '192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '198.19.255.255', '192.88.99.1'],
  ],
  [
    'reserved',
    ['::', 'ff02::1', '2001:db8::1', '3fff::1', '100::1', '2001::1', '4000::1', '8000::1', '5f00::1'],
  ],
])('%s: %j', (expected, addresses) => {
  expect(addresses.map((address) => [address, classifyAddress(address)])).toEqual(
    addresses.map((address) => [address, expected]),
  );
});

it.each([
  '',
  'localhost',
  'example.com',
  '127.1',
  '2130706433',
  '0x7f.0.0.1',
  '010.0.0.1',
  '8.8.8.8.8',
  '8.8.8.8/32',
  '::g',
  '8.8.8.8 ',
])('%j is no plain address, and so never public', (text) => {
  expect(classifyAddress(text)).toBe('reserved');
});

describe('IPv4 carried in IPv6', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const hex = (a: number, b: number) => ((a << 8) | b).toString(16);
  const carriers: Array<[string, (a: number, b: number, c: number, d: number) => string]> = [
    ['mapped', (a, b, c, d) => `::ffff:${a}.${b}.${c}.${d}`],
    ['mapped, in hex', (a, b, c, d) => `::ffff:${hex(a, b)}:${hex(c, d)}`],
    ['NAT64', (a, b, c, d) => `64:ff9b::${hex(a, b)}:${hex(c, d)}`],
    ['6to4', (a, b, c, d) => `2002:${hex(a, b)}:${hex(c, d)}::1`],
  ];
  const told = fc.constantFrom<[number, number, number, number]>(
    [127, 0, 0, 1],
    [169, 254, 169, 254],
    [10, 0, 0, 1],
    [100, 100, 100, 200],
    [8, 8, 8, 8],
    [0, 0, 0, 0],
    [255, 255, 255, 255],
  );

  it.each(carriers)('%s: is what the IPv4 address is', (_name, carry) => {
    fc.assert(
      fc.property(fc.oneof(told, fc.tuple(byte, byte, byte, byte)), (bytes) => {
        expect(classifyAddress(carry(...bytes))).toBe(classifyAddress(bytes.join('.')));
      }),
    );
  });

  it.each([
    ['::127.0.0.2', 'loopback'],
    ['::7f00:1', 'loopback'],
    ['::a9fe:a9fe', 'metadata'],
    ['::ffff:0:127.0.0.1', 'reserved'],
  ])('%s is %s', (address, expected) => {
    expect(classifyAddress(address)).toBe(expected);
  });
});
