import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareQueueSchema } from '../../../../engine/queue/postgres-queue-store';
import { migrate } from '../../../../engine/store/sql/migrate';
import { DATABASE_KINDS } from '../../../support/servers/fresh-database';
import { tempFolder, type TempFolder } from '../../../support/servers/temp-folder';
import { emptyDatabase, type EmptyDatabase } from './empty-database';

const FIRST = "CREATE TABLE fruits (name text PRIMARY KEY); INSERT INTO fruits VALUES ('apple');";

describe.each(DATABASE_KINDS)('migrate on %s', (kind) => {
  let folder: TempFolder;
  let empty: EmptyDatabase;

  beforeEach(async () => {
    folder = await tempFolder('migrations');
    empty = await emptyDatabase(kind, folder.path);
  });
  afterEach(async () => {
    await empty.cleanup();
    await folder.remove();
  });

  async function migrations(files: Record<string, string>): Promise<string> {
    const path = join(folder.path, `migrations-${Math.random()}`);
    await mkdir(path);
    for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
    return path;
  }

  it('runs each new migration once, in order', async () => {
    const first = await migrations({ '001_fruits.sql': FIRST, 'README.md': 'not a migration' });
    expect(await migrate(empty.database, undefined, first)).toEqual(['001_fruits.sql']);
    expect(await migrate(empty.database, undefined, first)).toEqual([]);
    const both = await migrations({
      '002_more.sql': "INSERT INTO fruits SELECT name || ' pie' FROM fruits;",
      '001_fruits.sql': FIRST,
    });
    expect(await migrate(empty.database, undefined, both)).toEqual(['002_more.sql']);
    const rows = await empty.database.query('SELECT name FROM blueticks.fruits ORDER BY name');
    expect(rows).toEqual([{ name: 'apple' }, { name: 'apple pie' }]);
  });

  it('rolls back a migration that fails, and runs it once it is fixed', async () => {
    const broken = await migrations({
      '001_fruits.sql': FIRST,
      '002_more.sql': 'CREATE TABLE half (); SELECT 1/0;',
    });
    await expect(migrate(empty.database, undefined, broken)).rejects.toThrow('division by zero');
    expect(await empty.database.query("SELECT to_regclass('blueticks.half')::text AS half")).toEqual([
      { half: null },
    ]);
    const fixed = await migrations({ '001_fruits.sql': FIRST, '002_more.sql': 'CREATE TABLE half ();' });
    expect(await migrate(empty.database, undefined, fixed)).toEqual(['002_more.sql']);
  });

  it('refuses the database of a newer engine and changes nothing', async () => {
    const newer = await migrations({ '001_fruits.sql': FIRST, '002_newer.sql': 'SELECT 1;' });
    await migrate(empty.database, undefined, newer);
    const older = await migrations({ '001_fruits.sql': FIRST });
    await expect(migrate(empty.database, undefined, older)).rejects.toThrow(/newer engine \(002_newer\.sql/);
  });

  it.each(['2_more.sql', '003_gap.sql', '002-dash.sql'])('refuses a migration named %s', async (name) => {
    const folderWithGap = await migrations({ '001_fruits.sql': FIRST, [name]: 'SELECT 1;' });
    await expect(migrate(empty.database, undefined, folderWithGap)).rejects.toThrow(name);
  });

  it('runs each migration, and the queue’s, once when four processes start at once', async () => {
    const slow = await migrations({
      '001_fruits.sql': `${FIRST} SELECT pg_sleep(0.2);`,
      '002_more.sql': "INSERT INTO fruits VALUES ('pear');",
    });
    const others = await Promise.all([empty.another(), empty.another(), empty.another()]);
    const all = [empty.database, ...others];
    const ran = await Promise.all(all.map((database) => migrate(database, prepareQueueSchema, slow)));
    expect(ran.flat().sort()).toEqual(['001_fruits.sql', '002_more.sql']);
    expect(await empty.database.query('SELECT count(*)::int AS fruits FROM blueticks.fruits')).toEqual([
      { fruits: 2 },
    ]);
    expect(await empty.database.query('SELECT count(*)::int AS jobs FROM bullmq.job')).toEqual([{ jobs: 0 }]);
    await Promise.all(
      others.filter((database) => database !== empty.database).map((database) => database.close()),
    );
  });
});
