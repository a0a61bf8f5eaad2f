import { request } from 'undici';
import type { Lookup } from '../../../engine/network/checked-lookup';
import { createGuardedAgent, type GuardOptions } from '../../../engine/network/guarded-agent';
import { connectionFault } from '../../../engine/network/connection-fault';
import { selfSigned, startHttp, startHttps, type LocalServer } from './local-servers';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function serve(host?: string): Promise<LocalServer & { hits: string[] }> {
  const hits: string[] = [];
  const server = await startHttp((req, res) => {
    hits.push(req.headers.host ?? '');
    res.end('hello');
  }, host);
  open.push(server);
  return { ...server, hits };
}

/** "ok" or the words for what went wrong. */
async function get(url: string, options: GuardOptions): Promise<string> {
  const agent = createGuardedAgent(options);
  try {
    const { body } = await request(url, { dispatcher: agent });
    return (await body.text()) === 'hello' ? 'ok' : 'another answer';
  } catch (error) {
    return connectionFault(error).text;
  } finally {
    await agent.destroy();
  }
}

/** A name server that gives one answer after the other and counts them. */
function answering(...answers: string[][]): { lookup: Lookup; asked: string[] } {
  const asked: string[] = [];
  const lookup: Lookup = async (hostname) => {
    asked.push(hostname);
    const addresses = answers[Math.min(asked.length, answers.length) - 1]!;
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return { lookup, asked };
}

const REFUSED = 'target address is not allowed';

describe('the guarded agent', () => {
  it('connects to the address that it checked and does not ask again', async () => {
    const server = await serve();
    // The second answer would fail: nobody may ask for it.
    const { lookup, asked } = answering(['127.0.0.1'], ['169.254.169.254']);
    expect(await get(`http://inside.test:${server.port}/`, { targets: 'any', lookup })).toBe('ok');
    expect(asked).toEqual(['inside.test']);
    expect(server.hits).toEqual([`inside.test:${server.port}`]);
  });

  it('resists DNS rebinding from a public to a private address', async () => {
    const server = await serve();
    // Whether that public address can be reached from here or not, the local server must stay untouched.
    const { lookup, asked } = answering(['198.41.0.4'], ['127.0.0.1']);
    const answer = await get(`http://rebind.test:${server.port}/`, {
      targets: 'public',
      lookup,
      connectTimeoutMs: 800,
    });
    expect(answer).not.toBe('ok');
    expect(answer).not.toBe(REFUSED);
    expect(asked).toHaveLength(1);
    expect(server.sockets).toHaveLength(0);
  });

  it.each([[['127.0.0.1']], [['8.8.8.8', '127.0.0.1']], [['::ffff:127.0.0.1']], [['::1']], [[]]])(
    'connects nowhere under "public" when a name has the addresses %j',
    async (addresses) => {
      const server = await serve();
      const { lookup } = answering(addresses);
      expect(await get(`http://name.test:${server.port}/`, { targets: 'public', lookup })).toBe(REFUSED);
      expect(server.sockets).toHaveLength(0);
    },
  );

  it.each([['169.254.169.254'], ['fe80::1'], ['0.0.0.0'], ['224.0.0.1'], ['fd00:ec2::254']])(
    'refuses a name that leads to %s even under "any" and when its host is listed',
    async (address) => {
      const { lookup } = answering([address]);
      expect(await get('http://name.test/', { targets: 'any', lookup })).toBe(REFUSED);
      expect(await get('http://name.test/', { targets: ['name.test'], lookup })).toBe(REFUSED);
    },
  );

  it('checks an address in the URL, in any spelling', async () => {
    const server = await serve();
    for (const host of [
      '127.0.0.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '127.1',
      'localhost',
      '[::ffff:7f00:1]',
    ]) {
      const url = `http://${host}:${server.port}/`;
      expect([host, await get(url, { targets: 'public' })]).toEqual([host, REFUSED]);
    }
    expect(server.sockets).toHaveLength(0);
    expect(await get(`http://2130706433:${server.port}/`, { targets: 'any' })).toBe('ok');
    expect(await get('http://169.254.169.254/', { targets: 'any' })).toBe(REFUSED);
    expect(await get('http://0.0.0.0:1/', { targets: 'any' })).toBe(REFUSED);
  });

  it('checks an IPv6 address in the URL', async () => {
    const server = await serve('::1');
    expect(await get(`http://[::1]:${server.port}/`, { targets: 'public' })).toBe(REFUSED);
    expect(await get(`http://[::1]:${server.port}/`, { targets: [`[::1]:${server.port}`] })).toBe('ok');
    expect(await get('http://[fe80::1]/', { targets: 'any' })).toBe(REFUSED);
  });

  it('does not look up a host that is not listed, and checks the port', async () => {
    const server = await serve();
    const { lookup, asked } = answering(['127.0.0.1']);
    const listed = { targets: [`a.test:${server.port}`], lookup };
    expect(await get(`http://b.test:${server.port}/`, listed)).toBe(REFUSED);
    expect(await get('http://a.test:1/', listed)).toBe(REFUSED);
    expect(asked).toEqual([]);
    expect(await get(`http://a.test:${server.port}/`, listed)).toBe('ok');
  });

  it('verifies a certificate against the name, not the address that it pinned', async () => {
    const tls = selfSigned('DNS:media.test');
    const server = await startHttps(tls, (_req, res) => res.end('hello'));
    open.push(server);
    const { lookup } = answering(['127.0.0.1']);
    const url = (host: string) => `https://${host}:${server.port}/`;
    expect(await get(url('media.test'), { targets: 'any', lookup, ca: tls.cert })).toBe('ok');
    expect(await get(url('media.test'), { targets: 'any', lookup })).toBe('certificate is self-signed');
    expect(await get(url('other.test'), { targets: 'any', lookup, ca: tls.cert })).toBe(
      'certificate is for another host',
    );
  });

  it('reports that a name does not exist', async () => {
    const lookup: Lookup = () =>
      Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    expect(await get('http://nowhere.test/', { targets: 'any', lookup })).toBe('host name not found');
  });
});
