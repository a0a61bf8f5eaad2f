import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { freshDatabase, type FreshDatabase } from '../../support/servers/fresh-database';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';
import { documentOf, run, serve, SLOW_MS } from '../../support/engine/command-line';

jest.setTimeout(SLOW_MS);

describe('backup, restore and move', () => {
  let folder: TempFolder;
  let server: FreshDatabase;
  beforeAll(async () => {
    folder = await tempFolder('backup-cli');
    server = await freshDatabase('postgres');
  });
  afterAll(async () => {
    await server.cleanup();
    await folder.remove();
  });

  it('work as the documentation shows, from one machine to the next', async () => {
    const [data, restored, file] = ['data', 'restored', 'a.backup'].map((name) =>
      join(folder.path, name),
    ) as [string, string, string];
    const engine = await serve(data);
    const backup = await run(['backup', file, '--data-dir', data]);
    expect(backup).toMatchObject({ code: 0, stdout: expect.stringContaining('The encryption key is in it') });
    expect(backup.stderr).toContain('100 %');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    // A store that is in use cannot be moved away.
    const busy = await run(['move', '--to', server.url!, '--data-dir', data]);
    expect(busy).toMatchObject({ code: 4, stderr: expect.stringContaining('is in use by another engine') });
    await engine.stop();

    expect(await run(['restore', file, '--data-dir', restored])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Restored \d+ rows, as they were at 2/),
    });
    expect(await run(['move', '--to', server.url!, '--data-dir', restored])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Both sides have the same checksums.'),
    });
    const refused = await run(['serve', '--port', '0', '--data-dir', restored]);
    expect(refused).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^This store was moved to postgresql:\/\//),
    });
    expect(refused.stderr).not.toContain(new URL(server.url!).password || 'no password');
    expect(documentOf(await run(['move', '--undo', '--json', '--data-dir', restored]))).toMatchObject({
      undone: true,
    });
  });
});
