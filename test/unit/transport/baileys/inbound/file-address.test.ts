import { fileAddress } from '../../../../../engine/transport/baileys/inbound/file-address';

describe('fileAddress', () => {
  it.each([
    [
      { url: 'https://media-fra5-2.cdn.whatsapp.net/old', directPath: '/v/t62/1?oh=a' },
      'https://media-fra5-2.cdn.whatsapp.net/v/t62/1?oh=a',
    ],
    [{ url: 'https://mmg.whatsapp.net/v/1.enc?a=b' }, 'https://mmg.whatsapp.net/v/1.enc?a=b'],
    [{ directPath: '/v/1' }, 'https://mmg.whatsapp.net/v/1'],
    [{ url: 'https://web.whatsapp.net', directPath: '/v/1' }, 'https://web.whatsapp.net/v/1'],
  ])('of %j is %s', (part, address) => expect(fileAddress(part, false)).toBe(address));

  it.each([
    [{ url: 'https://169.254.169.254/latest', directPath: '/v/1' }],
    [{ url: 'https://whatsapp.net.evil.example/x', directPath: '/v/1' }],
    [{ url: 'http://mmg.whatsapp.net/x', directPath: '/v/1' }],
    [{ url: 'https://user@mmg.whatsapp.net/x', directPath: '/v/1' }],
    [{ url: 'https://mmg.whatsapp.net:22/x', directPath: '/v/1' }],
    [{ directPath: '//evil.example/v/1' }],
    [{ directPath: '.evil.example/v/1' }],
    [{ directPath: '@evil.example/v/1' }],
    [{ directPath: ':22/v/1' }],
  ])('of %j is on the usual host', (part) => {
    expect(new URL(fileAddress(part, false)!).host).toBe('mmg.whatsapp.net');
  });

  it.each([[{}], [{ url: 'https://evil.example/x' }], [{ url: 'file:///etc/passwd' }], [{ url: 'nothing' }]])(
    'of %j is none',
    (part) => expect(fileAddress(part, false)).toBeNull(),
  );

  it('may be anywhere in tests', () => {
    expect(fileAddress({ url: 'https://127.0.0.1:8443/x', directPath: '/v/1' }, true)).toBe(
      'https://127.0.0.1:8443/v/1',
    );
  });
});
