import { copyFile, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { systemClock } from '../../../engine/async/clock';
import { restoreBackup, type RestoreOptions } from '../../../engine/backup/restore-backup';
import { run as backUp } from '../../../engine/cli/commands/backup';
import { run as restore } from '../../../engine/cli/commands/restore';
import { readConfig } from '../../../engine/config';
import type { Invocation } from '../../../engine/cli/command';
import { openDatabase } from '../../../engine/store/open-database';
import { JumpingClock } from '../../support/clock/jumping-clock';
import { startEngine, unpackPreparedDatabase, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { silentLog } from '../../support/servers/silent-log';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';

const HOUR_MS = 3_600_000;
const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString();

/** A message due in an hour, one due in a day, a campaign due in an hour. The backup is made now, by a running engine. */
describe('An engine that was restored two hours after the backup', () => {
  let folder: TempFolder;
  let file: string;
  let soon: string;
  let later: string;
  let campaign: string;
  let key: string;

  beforeAll(async () => {
    folder = await tempFolder('restored');
    file = join(folder.path, 'store.backup');
    const engine = await startEngine({ dataDir: join(folder.path, 'before') });
    ({ key } = await engine.createKey('test'));
    const made = async (path: string, body: object): Promise<string> => {
      const answer = await engine.call('POST', path, body);
      expect(answer).toMatchObject({ status: 201 });
      return answer.body.id;
    };
    const message = { to: '+15005550001', type: 'text', text: 'Hi' };
    soon = await made('/v1/messages', { ...message, send_at: inHours(1) });
    later = await made('/v1/messages', { ...message, send_at: inHours(24) });
    const audience = await made('/v1/audiences', { name: 'All', contacts: [{ to: '+15005550009' }] });
    campaign = await made('/v1/campaigns', {
      ...{
        name: 'News',
        audience_id: audience,
        text: 'News',
        on_missing_variable: 'fail',
        send_at: inHours(1),
      },
    });
    expect(await backUp(invocation(engine.dataDir))).toBe(0);
    // The copy that it was read from is gone.
    expect((await readdir(engine.dataDir)).filter((name) => name.startsWith('database-copy'))).toEqual([]);
    await engine.close();
  });
  afterAll(() => folder.remove());

  /** Of `backup FILE` or `restore FILE` with this data folder. */
  const invocation = (dataDir: string, settings: Record<string, string> = {}): Invocation => ({
    ...{ argument: file, flags: {}, json: true, parts: {} },
    config: readConfig({ BLUETICKS_DATA_DIR: dataDir, ...settings }, {}),
  });

  async function restored(
    due: RestoreOptions['due'],
  ): Promise<{ engine: TestEngine; call: TestEngine['call'] }> {
    const clock = new JumpingClock();
    clock.jump(2 * HOUR_MS);
    const dataDir = join(folder.path, due);
    await unpackPreparedDatabase(dataDir);
    await copyFile(join(folder.path, 'before', 'encryption.key'), join(dataDir, 'encryption.key'));
    const database = await openDatabase({ dataDir, databaseUrl: null, log: silentLog });
    const { expired_messages, paused_campaigns } = await restoreBackup(database, {
      ...{ file, due, onProgress: () => undefined },
      clock: { ...systemClock, now: () => clock.now() },
    });
    expect([expired_messages, paused_campaigns]).toEqual(due === 'expire' ? [1, 1] : [0, 0]);
    await database.close();
    const engine = await startEngine({ dataDir, parts: { clock } });
    return { engine, call: engine.callAs(key) };
  }

  it('sends nothing that the old engine may have sent, and says so; what is due later goes', async () => {
    const { engine, call } = await restored('expire');
    const seen = await until('the message has failed', async () => {
      const { body } = await call('GET', `/v1/messages/${soon}`);
      return body.status === 'failed' && body;
    });
    expect(seen).toMatchObject({ failure_reason: 'expired', attempts: 0 });
    expect((await call('GET', `/v1/messages/${later}`)).body).toMatchObject({ status: 'scheduled' });
    const { body: paused } = await call('GET', `/v1/campaigns/${campaign}`);
    expect(paused).toMatchObject({ status: 'paused', paused_reason: 'restored_from_backup' });
    await call('POST', `/v1/campaigns/${campaign}/resume`);
    await until('it is resumed, and sent', async () => {
      const { body } = await call('GET', `/v1/campaigns/${campaign}`);
      return body.sent_count === 1;
    });
    await engine.close();
  });

  it('sends them with --due send', async () => {
    const { engine, call } = await restored('send');
    await until('both are sent', async () => {
      const { body: message } = await call('GET', `/v1/messages/${soon}`);
      const { body: sent } = await call('GET', `/v1/campaigns/${campaign}`);
      return message.sent_at !== null && sent.sent_count === 1;
    });
    await engine.close();
  });

  it('has its key from the file, which only its owner can read', async () => {
    const dataDir = join(folder.path, 'by-command');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await unpackPreparedDatabase(dataDir);
    expect(await restore(invocation(dataDir))).toBe(0);
    const key = join(dataDir, 'encryption.key');
    expect((await stat(key)).mode & 0o777).toBe(0o600);
    expect(await readFile(key)).toEqual(await readFile(join(folder.path, 'before', 'encryption.key')));
    // A second time, the store holds data.
    await expect(restore(invocation(dataDir))).rejects.toThrow('This store holds data already');
  });

  it('needs the key, and the right one', async () => {
    const [before, empty] = [join(folder.path, 'before'), join(folder.path, 'empty')];
    await unpackPreparedDatabase(empty);
    await expect(backUp(invocation(empty))).rejects.toThrow('There is no encryption key in');
    const other = { BLUETICKS_ENCRYPTION_KEY: 'ab'.repeat(32) };
    await expect(restore(invocation(empty, other))).rejects.toThrow('is not the key of this backup');

    const keyless = { ...invocation(before), argument: join(folder.path, 'keyless.backup') };
    expect(await backUp({ ...keyless, flags: { 'without-key': '' } })).toBe(0);
    expect(gunzipSync(await readFile(keyless.argument)).toString()).not.toContain('"hex"');
    const { argument } = keyless;
    await expect(restore({ ...invocation(empty), argument })).rejects.toThrow('there is no key here');
    await expect(restore({ ...invocation(empty, other), argument })).rejects.toThrow(
      'the key here is another',
    );
    const key = (await readFile(join(before, 'encryption.key'), 'utf8')).trim();
    expect(await restore({ ...invocation(empty, { BLUETICKS_ENCRYPTION_KEY: key }), argument })).toBe(0);
  });
});
