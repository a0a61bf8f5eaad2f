import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { MIGRATIONS_FOLDER } from '../../engine/store/sql/migrate';
import { databaseUrl } from '../support/servers/prepared-databases';
import { sharedPostgres } from '../support/servers/shared-servers';
import { tempFolder, type TempFolder } from '../support/servers/temp-folder';
import { EngineProcess } from '../support/engine/engine-process';
import type { StartOutcome, EngineOrder } from '../support/engine/engine-process-child';
import { PersistentClient } from './persistent-client';

describe('two engines that start at the same moment', () => {
  let folder: TempFolder;
  let engines: EngineProcess[] = [];

  beforeEach(async () => void (folder = await tempFolder('start-race')));

  afterEach(async () => {
    await Promise.all(engines.map((engine) => engine.kill()));
    await folder.remove();
  });

  async function prepareTwo(dataDirs: string[], flags: EngineOrder['flags'] = {}): Promise<void> {
    engines = [];
    for (const name of dataDirs) {
      const handOvers = join(folder.path, 'hand-overs');
      engines.push(await EngineProcess.prepare(join(folder.path, name), handOvers, flags));
    }
  }

  async function startTogether(): Promise<StartOutcome[]> {
    for (const engine of engines) engine.launch();
    return Promise.all(engines.map((engine) => engine.outcome()));
  }

  it('share no data folder: one runs, the other says who has it; also after that one was killed', async () => {
    await prepareTwo(['data', 'data']);
    for (let round = 0; round < 3; round += 1) {
      const outcomes = await startTogether();
      const running = outcomes.findIndex((one) => 'url' in one);
      expect(outcomes.filter((one) => 'url' in one)).toHaveLength(1);
      expect(outcomes[1 - running]).toEqual({
        error: {
          name: 'DataFolderInUse',
          message: expect.stringContaining(`(process ${engines[running]!.pid})`),
        },
      });
      expect((await fetch(`${engines[running]!.url}/readyz`)).status).toBe(200);
      await engines[running]!.kill();
    }
  }, 240_000);

  it('share an empty PostgreSQL database: both run, and each migration ran once', async () => {
    const server = await sharedPostgres();
    const name = `test_${randomBytes(8).toString('hex')}`;
    const admin = new Client({ connectionString: server });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${name}`);
    const database = new Client({ connectionString: databaseUrl(server, name) });
    try {
      // Without Redis, so that both also make BullMQ's tables at the same moment.
      await prepareTwo(['data-0', 'data-1'], {
        DATABASE_URL: databaseUrl(server, name),
        BLUETICKS_ENCRYPTION_KEY: randomBytes(32).toString('hex'),
        BLUETICKS_SANDBOX_SPEED: '100',
      });
      const outcomes = await startTogether();
      expect(outcomes).toEqual(engines.map(({ url }) => ({ url })));

      const key = await engines[0]!.createKey();
      for (const { url } of engines) {
        const client = new PersistentClient([url], key);
        const input = { type: 'text', to: '+14155550123', text: 'hello' };
        expect((await client.call('POST', '/v1/messages', input)).status).toBe(201);
      }

      await database.connect();
      const column = async (query: string): Promise<unknown[]> =>
        (await database.query({ text: query, rowMode: 'array' })).rows.flat();
      expect(await column('SELECT name FROM blueticks.schema_migrations ORDER BY name')).toEqual(
        readdirSync(MIGRATIONS_FOLDER).sort(),
      );
      expect(await column('SELECT count(*)::int FROM blueticks.accounts')).toEqual([1]);
      expect(await column('SELECT count(*)::int FROM blueticks.sessions')).toEqual([1]);
    } finally {
      await Promise.all(engines.map((engine) => engine.kill()));
      await database.end();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    }
  }, 240_000);
});
