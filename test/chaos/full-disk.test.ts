import { documentOf, run, serve, type Serving } from '../support/engine/command-line';
import { until } from '../support/engine/until';
import { DiskFaults } from '../support/faults/disk-faults';
import { tempFolder, type TempFolder } from '../support/servers/temp-folder';
import { chaosSeed, SeededRandom } from './seeded-random';
import { fullOrShort } from './size';

/** How often the disk is full. `DISK_POINTS=1000 npm run jest -- test/chaos/full-disk.test.ts` is the long form. */
const POINTS = Number(process.env['DISK_POINTS'] ?? fullOrShort(1_000, 25));
const CLIENTS = 4;
/** Of one request. While the database waits for room, so does the request that it is at. */
const PATIENCE_MS = 30_000;

jest.setTimeout(POINTS * 3_000 + 180_000);

interface Outcome {
  status: number;
  message: string;
}

describe('a disk that is full at random writes of the database', () => {
  let folder: TempFolder;
  let engine: Serving;
  let key: string;
  /** References of what was answered with 201, and with anything else. */
  const accepted = new Map<string, string[]>();
  const refused: string[] = [];
  const outcomes: Outcome[] = [];

  beforeAll(async () => (folder = await tempFolder('full-disk')));
  afterAll(async () => {
    engine?.kill('SIGKILL');
    await engine?.ended;
    await folder.remove();
  });

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into any answer
  async function call(method: string, path: string, body?: object): Promise<{ status: number; body: any }> {
    const response = await fetch(engine.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { status: response.status, body: await response.json() };
  }

  /** One message, or ten that are accepted together or not at all. */
  async function post(random: SeededRandom, reference: string): Promise<void> {
    // Not the same person each time: messages to one person go one after the other.
    const to = `+1415555${String(Math.floor(random.between(1_000, 9_999)))}`;
    const message = { type: 'text', to, text: 'x'.repeat(random.happens(0.2) ? 4_000 : 100), reference };
    const isBatch = random.happens(0.2);
    const { status, body } = isBatch
      ? await call('POST', '/v1/messages/batch', { messages: Array.from({ length: 10 }, () => message) })
      : await call('POST', '/v1/messages', message);
    if (status === 201) {
      accepted.set(reference, isBatch ? body.data.map(({ id }: { id: string }) => id) : [body.id]);
      return;
    }
    refused.push(reference);
    outcomes.push({ status, message: body.error.message });
  }

  async function storedUnder(reference: string): Promise<{ id: string; status: string }[]> {
    return (await call('GET', `/v1/messages?reference=${reference}`)).body.data;
  }

  async function checkEverything(): Promise<void> {
    for (const [reference, ids] of accepted) {
      const found = await storedUnder(reference);
      expect(found.map(({ id }) => id).sort()).toEqual([...ids].sort());
      for (const { status } of found) expect(['delivered', 'read']).toContain(status);
    }
    for (const reference of refused) expect(await storedUnder(reference)).toEqual([]);
  }

  it('loses nothing that was accepted, accepts nothing by half, and goes on when there is room', async () => {
    const seed = chaosSeed();
    const dataDir = `${folder.path}/data`;
    const faults = new DiskFaults(folder.path, dataDir, { seed, points: POINTS });
    engine = await serve(dataDir, ['--pacing', 'off', '--rate-limit', 'off'], faults.env);
    const made = await run(['keys', 'create', '--mode', 'test', '--json', '--data-dir', dataDir]);
    ({ key } = documentOf(made));
    faults.arm();

    let isOver = false;
    const clients = Array.from({ length: CLIENTS }, async (_, client) => {
      const random = new SeededRandom(seed + client);
      for (let count = 0; !isOver; count += 1) await post(random, `${client}-${count}`);
    });
    const enough = until(
      'the disk was full often enough',
      () => faults.points().length >= POINTS,
      POINTS * 3_000 + 60_000,
    ).finally(() => (isOver = true));
    await Promise.all([enough, ...clients]);

    await until('it goes on', async () => (await call('GET', '/readyz')).status === 200);
    await post(new SeededRandom(seed), 'after');
    expect(accepted.has('after')).toBe(true);
    await until(
      'everything is sent',
      async () => {
        const pending = await Promise.all(
          ['scheduled', 'queued', 'sending'].map((status) => call('GET', `/v1/messages?status=${status}`)),
        );
        return pending.every(({ body }) => body.data.length === 0);
      },
      120_000,
    );
    await checkEverything();
    expect(
      outcomes.filter(({ status, message }) => status !== 503 || !/disk|database/.test(message)),
    ).toEqual([]);

    expect((await engine.stop()).code).toBe(0);
    engine = await serve(dataDir);
    await checkEverything();
    const at = (part: RegExp): number => faults.points().filter((name) => part.test(name)).length;
    process.stdout.write(
      `chaos: seed ${seed}: full at ${POINTS} writes (${at(/^pg_wal/)} of the log, ${at(/^base/)} of tables): ` +
        `${accepted.size} requests accepted, ${refused.length} refused, 0 lost, 0 by half\n`,
    );
  });
});
