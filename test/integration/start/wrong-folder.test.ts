import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureOf } from '../../../engine/cli/exit-codes';
import { POSTGRES_MAJOR } from '../../../engine/store/embedded/postgres-major';
import { startEngine, type StartOptions } from '../../support/engine/start-engine';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';

let folder: TempFolder;
const database = (): string => join(folder.path, 'database');
const keyFile = (): string => join(folder.path, 'encryption.key');

beforeAll(async () => (folder = await tempFolder('wrong-folder')));
afterAll(() => folder.remove());

/** Why it does not start. */
async function failure(options: StartOptions = {}) {
  const started = startEngine({ dataDir: folder.path, ...options });
  const error = await started.then(
    async (engine) => {
      await engine.close();
      return null;
    },
    (reason: unknown) => reason,
  );
  return error === null ? null : failureOf(error);
}

describe('an encryption key that is not the one used before', () => {
  it('keeps the engine from starting, and leaves everything as it was', async () => {
    const first = await startEngine({ dataDir: folder.path });
    const webhook = { url: 'http://127.0.0.1:9/', events: ['message.sent'] };
    expect((await first.call('POST', '/v1/webhooks', webhook)).status).toBe(201);
    await first.close();
    const key = await readFile(keyFile(), 'utf8');

    const configured = await failure({ flags: { BLUETICKS_ENCRYPTION_KEY: 'ab'.repeat(32) } });
    expect(configured).toEqual({
      outcome: 'bad_setting',
      message:
        'BLUETICKS_ENCRYPTION_KEY does not open what the database holds: that was encrypted with another key. ' +
        'Start the engine with the key that was used before. Without it, linked numbers and webhook secrets are lost.',
    });

    await writeFile(keyFile(), 'cd'.repeat(32));
    expect((await failure())?.message).toContain(`The key in ${keyFile()} does not open`);

    await rm(keyFile());
    expect((await failure())?.outcome).toBe('bad_setting');
    // A key that was made for nothing would look like the lost one.
    expect(existsSync(keyFile())).toBe(false);

    await writeFile(keyFile(), key, { mode: 0o600 });
    expect(await failure()).toBeNull();
  });

  it('is no matter while nothing is sealed', async () => {
    const empty = await tempFolder('unsealed');
    await (await startEngine({ dataDir: empty.path })).close();
    await rm(join(empty.path, 'encryption.key'));
    await (await startEngine({ dataDir: empty.path })).close();
    await empty.remove();
  });
});

describe('a data folder that is not ours to open', () => {
  it('of another major version of PostgreSQL: names both, and what to do', async () => {
    await writeFile(join(database(), 'PG_VERSION'), '17\n');
    expect(await failure()).toEqual({
      outcome: 'data_folder_unusable',
      message: expect.stringMatching(
        `was written by PostgreSQL 17, and this version of the engine has PostgreSQL ${POSTGRES_MAJOR}, which cannot read it. Start the version`,
      ),
    });
    await writeFile(join(database(), 'PG_VERSION'), `${POSTGRES_MAJOR}\n`);
    expect(await failure()).toBeNull();
  });

  it('damaged, or a part of one: says so, and touches nothing', async () => {
    await writeFile(join(database(), 'PG_VERSION'), '');
    expect((await failure())?.message).toContain('is damaged, or not a database');
    await rm(database(), { recursive: true });
    await mkdir(database());
    await writeFile(join(database(), 'somebody-elses.txt'), 'keep me');
    expect(await failure()).toEqual({
      outcome: 'data_folder_unusable',
      message: expect.stringContaining('is not empty, and not a whole database'),
    });
    expect(await readFile(join(database(), 'somebody-elses.txt'), 'utf8')).toBe('keep me');
  });
});
