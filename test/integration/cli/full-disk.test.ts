import { documentOf, run, serve, SLOW_MS, type Serving } from '../../support/engine/command-line';
import { until } from '../../support/engine/until';
import { smallDisk, type SmallDisk } from '../../support/servers/small-disk';

jest.setTimeout(SLOW_MS);

const MIB = 1024 * 1024;

describe('an engine whose disk is full', () => {
  let disk: SmallDisk | null;
  let engine: Serving;
  let key: string;
  const accepted: string[] = [];

  beforeAll(async () => {
    disk = await smallDisk(90);
    if (!disk) {
      console.warn(
        'Mounting is not allowed here, so a full disk is tried by test/chaos/full-disk.test.ts only.',
      );
      return;
    }
    const dataDir = `${disk.path}/data`;
    engine = await serve(dataDir);
    const made = await run(['keys', 'create', '--mode', 'test', '--json', '--data-dir', dataDir]);
    ({ key } = documentOf(made));
  });
  afterAll(async () => {
    engine?.kill('SIGKILL');
    await engine?.ended;
    await disk?.remove();
  });

  async function call(method: string, path: string, body?: object) {
    const response = await fetch(engine.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(20_000),
    });
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into any answer
    return { status: response.status, body: (await response.json()) as any };
  }

  async function send() {
    const answer = await call('POST', '/v1/messages', { type: 'text', to: '+15005550001', text: 'Hello' });
    if (answer.status === 201) accepted.push(answer.body.id);
    return answer;
  }

  const ready = () => call('GET', '/readyz');

  it('refuses with the name of the disk and what is missing, and goes on when there is room', async () => {
    if (!disk) return;
    expect((await send()).status).toBe(201);
    // Less than a file of PostgreSQL's log first, then nothing at all.
    for (const [left, step] of [
      [15 * MIB, 6 * MIB],
      [0, MIB],
    ] as const) {
      await disk.fill(left, step);
      await until('the engine sees it', async () => (await ready()).status === 503);
      const refused = await send();
      expect([refused.status, refused.body.error.code]).toEqual([503, 'unavailable']);
      expect(refused.body.error.message).toMatch(
        /^The disk of the data folder \/.+ is full: \d+ MiB free, \d+ MiB needed\. Free at least \d+ MiB there, then try again\.$/,
      );
      expect((await ready()).body).toMatchObject({
        status: 'not_ready',
        store: 'ok',
        queue: 'ok',
        disk: 'full',
      });
      expect((await call('GET', '/healthz')).status).toBe(200);
      expect((await call('GET', '/v1/messages')).body.data.map(({ id }: { id: string }) => id)).toEqual(
        accepted,
      );
    }
    await disk.clear();
    await until('there is room again', async () => (await send()).status === 201);
    expect((await ready()).status).toBe(200);
    await until('everything accepted is read', async () => {
      const { data } = (await call('GET', '/v1/messages')).body;
      return (
        data.length === accepted.length && data.every(({ status }: { status: string }) => status === 'read')
      );
    });
    expect((await engine.stop()).code).toBe(0);
  });
});
