import fc from 'fast-check';
import { checkMediaUrl } from '../../../engine/media/media-url';

const byte = fc.integer({ min: 0, max: 255 });
const group = fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16));
const privateV4 = fc
  .oneof(
    fc.tuple(fc.constant(10), byte, byte, byte),
    fc.tuple(fc.constant(127), byte, byte, byte),
    fc.tuple(fc.constant(0), byte, byte, byte),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), byte, byte),
    fc.tuple(fc.constant(192), fc.constant(168), byte, byte),
    fc.tuple(fc.constant(169), fc.constant(254), byte, byte),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), byte, byte),
    fc.tuple(fc.integer({ min: 224, max: 255 }), byte, byte, byte),
  )
  .map((parts) => parts as number[]);

/** The spellings of one IPv4 address that a URL can hold. */
const spelled = privateV4.chain((parts) => {
  const number = parts.reduce((sum, part) => sum * 256 + part, 0);
  const [high, low] = [parts[0]! * 256 + parts[1]!, parts[2]! * 256 + parts[3]!];
  const mapped = `${high.toString(16)}:${low.toString(16)}`;
  return fc.constantFrom(
    parts.join('.'),
    parts.map((part) => `0x${part.toString(16)}`).join('.'),
    parts.map((part) => `0${part.toString(8)}`).join('.'),
    String(number),
    `0x${number.toString(16)}`,
    `${parts[0]}.${number % 0x1000000}`,
    `[::ffff:${mapped}]`,
    `[64:ff9b::${mapped}]`,
    `[2002:${mapped}::1]`,
  );
});

const privateV6 = fc.oneof(
  fc.constantFrom('::', '::1', 'fd00:ec2::254'),
  fc
    .tuple(
      fc.constantFrom('fc00', 'fd12', 'fe80', 'febf', 'ff02'),
      fc.array(group, { minLength: 7, maxLength: 7 }),
    )
    .map(([first, rest]) => [first, ...rest].join(':')),
);

describe('checkMediaUrl', () => {
  it('refuses every spelling of every private IPv4 address', () => {
    fc.assert(
      fc.property(spelled, (host) => {
        expect(checkMediaUrl(`https://${host}/a.jpg`, false)?.code).toBe('address_not_allowed');
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses every private IPv6 address', () => {
    fc.assert(
      fc.property(privateV6, (host) => {
        expect(checkMediaUrl(`https://[${host}]/a.jpg`, false)?.code).toBe('address_not_allowed');
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    'https://example.com/a.jpg?x=1#y',
    'https://example.com:8443/',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]/',
  ])('takes %s', (url) => expect(checkMediaUrl(url, false)).toBeNull());

  it.each([
    ['photo.jpg', 'invalid_url'],
    ['http://example.com/a.jpg', 'scheme_not_allowed'],
    ['data:image/png;base64,aGk=', 'scheme_not_allowed'],
    ['file:///etc/passwd', 'scheme_not_allowed'],
    ['https://me:pw@example.com/', 'credentials_in_url'],
    ['https://example.com:80/', 'port_not_allowed'],
    ['https://localhost/', 'address_not_allowed'],
  ])('refuses %s as %s', (url, code) => expect(checkMediaUrl(url, false)?.code).toBe(code));

  it('allows http, any port and private addresses with the setting, but never metadata', () => {
    expect(checkMediaUrl('http://127.0.0.1:9000/a', true)).toBeNull();
    expect(checkMediaUrl('http://[fd12::1]:9000/a', true)).toBeNull();
    expect(checkMediaUrl('http://169.254.169.254/a', true)?.code).toBe('address_not_allowed');
    expect(checkMediaUrl('http://[fe80::1]/a', true)?.code).toBe('address_not_allowed');
    expect(checkMediaUrl('ftp://127.0.0.1/a', true)?.code).toBe('scheme_not_allowed');
  });

  it('names the setting for a private address only if it would help', () => {
    expect(checkMediaUrl('https://10.0.0.1/', false)?.message).toContain('BLUETICKS_ALLOW_PRIVATE_MEDIA');
    expect(checkMediaUrl('https://169.254.169.254/', false)?.message).not.toContain('BLUETICKS_ALLOW');
  });
});
