import fc from 'fast-check';
import { isProxy, maskProxy, readProxyUrl, type Proxy } from '../../../engine/network/proxy/proxy-url';
import { anyCharacter } from '../../support/any-character';

const proxyOf = (url: string): Proxy => {
  const read = readProxyUrl(url);
  if (!isProxy(read)) throw new Error(read.message);
  return read;
};
const faultOf = (url: string): string => {
  const read = readProxyUrl(url);
  return isProxy(read) ? 'none' : read.message;
};

describe('the URL of a proxy', () => {
  it.each<[string, Proxy]>([
    [
      'http://ann:secret@proxy.example.com:8080',
      { scheme: 'http', host: 'proxy.example.com', port: 8080, user: 'ann', password: 'secret' },
    ],
    ['https://10.0.0.7:443/', { scheme: 'https', host: '10.0.0.7', port: 443, user: null, password: '' }],
    [
      'HTTP://Proxy.Example.COM:80',
      { scheme: 'http', host: 'proxy.example.com', port: 80, user: null, password: '' },
    ],
    ['socks5://[::1]:1080', { scheme: 'socks5', host: '::1', port: 1080, user: null, password: '' }],
    ['socks5h://a:b@localhost:9', { scheme: 'socks5', host: 'localhost', port: 9, user: 'a', password: 'b' }],
    // As providers write them: options in the user, odd characters in the password.
    [
      'socks5://cust-1-country-it:p%40ss%3A%2F@gate.example.net:7000',
      {
        scheme: 'socks5',
        host: 'gate.example.net',
        port: 7000,
        user: 'cust-1-country-it',
        password: 'p@ss:/',
      },
    ],
    ['http://a:se/cr?et#1@h:1', { scheme: 'http', host: 'h', port: 1, user: 'a', password: 'se/cr?et#1' }],
    ['http://a:p@ss@h:1', { scheme: 'http', host: 'h', port: 1, user: 'a', password: 'p@ss' }],
  ])('reads %s', (url, proxy) => {
    expect(proxyOf(url)).toEqual(proxy);
  });

  it.each([
    ['proxy.example.com:8080', /must start with http:\/\/, https:\/\/ or socks5:\/\//],
    ['ftp://proxy.example.com:21', /must start with/],
    ['socks4://proxy.example.com:1080', /must start with/],
    ['http://proxy.example.com', /has no port/],
    ['socks5://[::1]', /has no port/],
    ['http://proxy.example.com:', /has no port/],
    ['http://proxy.example.com:0', /between 1 and 65535/],
    ['http://proxy.example.com:70000', /between 1 and 65535/],
    ['http://proxy.example.com:8080/path', /is not complete/],
    ['http://', /is not complete/],
    ['http://ann:secret @proxy.example.com:8080', /white space/],
    ['http://:secret@proxy.example.com:8080', /a password but no user/],
    ['http://ann:100%@proxy.example.com:8080', /%25/],
    ['http://re***:***@proxy.example.com:8080', /masked form/],
    [`socks5://ann:${'x'.repeat(256)}@proxy.example.com:8080`, /255 bytes/],
    // Clouds serve the credentials of a machine there.
    ['http://169.254.169.254:80', /link-local, metadata or reserved/],
    ['socks5://2852039166:80', /link-local, metadata or reserved/],
    ['socks5://[fe80::1]:1080', /link-local, metadata or reserved/],
    ['http://0.0.0.0:1080', /link-local, metadata or reserved/],
  ])('refuses %s', (url, message) => {
    expect(faultOf(url)).toMatch(message);
  });

  it('is read as it was written, whatever is in the user and the password', () => {
    const word = fc.string({ unit: anyCharacter, minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(word, word, fc.constantFrom('http', 'https', 'socks5'), (user, password, scheme) => {
        fc.pre(!user.includes(':') && ![user, password].some((part) => part.includes('***')));
        const auth = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
        const read = readProxyUrl(`${scheme}://${auth}@proxy.example.com:8080`);
        expect(read).toMatchObject({ scheme, user, password, host: 'proxy.example.com', port: 8080 });
      }),
    );
  });

  it('shows neither the password nor most of the user', () => {
    const shown = (url: string): string => maskProxy(proxyOf(url));
    expect(shown('socks5h://cust-1-country-it:hunter2@gate.example.net:7000')).toBe(
      'socks5://cu***:***@gate.example.net:7000',
    );
    expect(shown('http://ann:hunter2@[::1]:80')).toBe('http://***:***@[::1]:80');
    expect(shown('https://10.0.0.7:443')).toBe('https://10.0.0.7:443');
  });

  it('never repeats in an error what may be a secret', () => {
    const secret = 'hunter2hunter2';
    for (const url of [
      `${secret}:${secret}@h:1`,
      `http://${secret}:${secret}@`,
      `http://u:${secret}%@h:1`,
      `http://u:${secret}@h`,
      `http://u:${secret}@h:99999`,
    ])
      expect(faultOf(url)).not.toContain(secret);
  });
});
