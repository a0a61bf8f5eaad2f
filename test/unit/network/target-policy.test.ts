import { checkWebhookUrl, isListed } from '../../../engine/network/target-policy';

const codeOf = (url: string, targets: Parameters<typeof checkWebhookUrl>[1] = 'any') =>
  checkWebhookUrl(url, targets)?.code ?? null;

describe('checkWebhookUrl', () => {
  it.each([
    'https://example.com/in?x=1',
    'http://127.0.0.1:5678/webhook/a',
    'http://[::1]:5678/',
    'http://10.1.2.3/',
  ])('accepts %s by default, since n8n usually runs nearby', (url) => expect(codeOf(url)).toBeNull());

  it.each([
    ['example.com/in', 'invalid_url'],
    ['ftp://example.com/', 'scheme_not_allowed'],
    ['file:///etc/passwd', 'scheme_not_allowed'],
    ['https://me:pw@example.com/', 'credentials_in_url'],
    ['https://me@example.com/', 'credentials_in_url'],
    ['https://example.com/#a', 'fragment_in_url'],
    ['https://example.com/#', 'fragment_in_url'],
    ['http://169.254.169.254/latest/meta-data/', 'address_not_allowed'],
    ['http://2852039166/', 'address_not_allowed'],
    ['http://[::ffff:169.254.169.254]/', 'address_not_allowed'],
    ['http://[fe80::1]/', 'address_not_allowed'],
    ['http://0.0.0.0:5678/', 'address_not_allowed'],
  ])('refuses %s as %s', (url, code) => expect(codeOf(url)).toBe(code));

  it('names the setting that allows a private address, but not for a metadata address', () => {
    expect(checkWebhookUrl('http://192.168.1.4/', 'public')?.message).toContain('BLUETICKS_WEBHOOK_TARGETS');
    expect(checkWebhookUrl('http://169.254.169.254/', 'public')?.message).not.toContain(
      'BLUETICKS_WEBHOOK_TARGETS',
    );
    expect(codeOf('http://localhost:5678/', 'public')).toBe('address_not_allowed');
    expect(codeOf('https://example.com/', 'public')).toBeNull();
  });

  it('refuses a metadata address even if it is listed', () => {
    expect(codeOf('http://169.254.169.254/', ['169.254.169.254'])).toBe('address_not_allowed');
  });

  it('refuses a host that is not listed, and names it', () => {
    const fault = checkWebhookUrl('https://evil.test/in', ['n8n.example.com']);
    expect(fault?.code).toBe('target_not_listed');
    expect(fault?.message).toContain('evil.test');
  });
});

describe('isListed', () => {
  it.each([
    ['https://n8n.example.com/', 'n8n.example.com', true],
    ['https://N8N.Example.com./', 'n8n.example.com', true],
    ['https://n8n.example.com:8443/', 'n8n.example.com', true],
    ['https://n8n.example.com.evil.test/', 'n8n.example.com', false],
    ['https://evil-n8n.example.com/', 'n8n.example.com', false],
    ['https://a.example.com/', '*.example.com', true],
    ['https://a.b.example.com/', '*.example.com', true],
    ['https://example.com/', '*.example.com', false],
    ['https://evilexample.com/', '*.example.com', false],
    ['http://10.0.0.5:5678/', '10.0.0.5:5678', true],
    ['http://10.0.0.5:5679/', '10.0.0.5:5678', false],
    ['http://10.0.0.5/', '10.0.0.5:80', true],
    ['https://10.0.0.5/', '10.0.0.5:443', true],
    ['https://10.0.0.5/', '10.0.0.5:80', false],
    ['https://a.example.com:8443/', '*.example.com:8443', true],
    ['http://[fd12:0:0::1]:5678/', '[fd12::1]:5678', true],
    ['http://[fd12::1]/', '[fd12:0::0:1]', true],
    ['http://[fd12::2]/', '[fd12::1]', false],
  ])('%s under %s: %s', (url, entry, listed) => {
    expect(isListed(new URL(url), ['other.test', entry])).toBe(listed);
  });
});
