import { once } from 'node:events';
import { join } from 'node:path';
import { moveStore, undoMove, type Moved, type Place } from '../../../engine/backup/move-store';
import { refuseMoved } from '../../../engine/backup/refuse-moved';
import { openDatabase } from '../../../engine/store/open-database';
import type { Database } from '../../../engine/store/sql/database';
import { SeededRandom } from '../../chaos/seeded-random';
import { unpackPreparedDatabase } from '../../support/engine/start-engine';
import { DATABASE_KINDS, freshDatabase, type FreshDatabase } from '../../support/servers/fresh-database';
import { silentLog } from '../../support/servers/silent-log';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';
import { ended, forkTypeScript } from '../../support/servers/typescript-child';
import { contentsOf, fillTables } from './fill-tables';

jest.setTimeout(300_000);

/** Longer: MOVE_KILLS=50. */
const KILLS = Number(process.env['MOVE_KILLS'] ?? 3);
const QUIET = { onProgress: () => undefined, onVerify: () => undefined };

const place = ({ database }: FreshDatabase, shown: string): Place => ({ database, shown });

describe.each(DATABASE_KINDS)('Moving a store from %s to PostgreSQL', (kind) => {
  let source: FreshDatabase;
  let target: FreshDatabase;
  beforeEach(async () => {
    source = await freshDatabase(kind);
    target = await freshDatabase('postgres');
    await fillTables(source.database);
  });
  afterEach(async () => {
    await source.cleanup();
    await target.cleanup();
  });

  const move = (): Promise<Moved> => moveStore(place(source, 'here'), place(target, 'there'), QUIET);

  it('takes everything along, and closes the old store', async () => {
    const before = await contentsOf(source.database);
    const moved = await move();
    expect(await contentsOf(target.database)).toEqual(before);
    expect(moved).toMatchObject({ to: 'there', already: false, tables: { messages: { rows: 3 } } });
    expect(moved.rows).toBe(Object.values(before).flat().length);
    await expect(refuseMoved(source.database)).rejects.toThrow('This store was moved to there.');
    await refuseMoved(target.database);
    expect(await move()).toMatchObject({ already: true, rows: 0 });
  });

  it('is refused by a database that holds data, or that another move has begun', async () => {
    await fillTables(target.database);
    await expect(move()).rejects.toThrow(/there holds data already \(/);
    // Nothing was begun.
    await refuseMoved(source.database);

    const third = await freshDatabase('postgres');
    await moveStore(place(source, 'here'), place(third, 'third'), QUIET);
    await third.cleanup();
    await expect(move()).rejects.toThrow('This store was moved to third before.');
    expect(await undoMove(place(source, 'here'))).toMatchObject({ state: 'left', place: 'third' });
    await refuseMoved(source.database);
    expect(await undoMove(place(source, 'here'))).toBeNull();
  });

  it('is refused while an engine runs on either side, which may then go on', async () => {
    const other = await openDatabase({ dataDir: '/tmp', databaseUrl: target.url, log: silentLog });
    await other.query('SELECT 1');
    await expect(move()).rejects.toThrow('An engine is running on there. Stop it first.');
    await refuseMoved(source.database);
    await other.close();
    await move();
  });

  it('says so if the two differ at the end, and opens neither', async () => {
    await target.database.query(`
      CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.text = 'changed'; RETURN NEW; END $$;
      CREATE TRIGGER change BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION change()`);
    const moving = move();
    await expect(moving).rejects.toThrow(/The table messages differs: 3 rows here, 3 there/);
    await expect(refuseMoved(source.database)).rejects.toThrow('This store is being moved to there.');
    await expect(refuseMoved(target.database)).rejects.toThrow(
      'The move from here to this store is not finished.',
    );
  });
});

describe('A move that is killed', () => {
  let folder: TempFolder;
  let target: FreshDatabase;
  beforeAll(async () => {
    folder = await tempFolder('move');
    target = await freshDatabase('postgres');
    // Its connections would be taken for those of an engine.
    await target.database.close();
  });
  afterAll(async () => {
    await target.cleanup();
    await folder.remove();
  });

  const openSource = (): Promise<Database> =>
    openDatabase({ dataDir: join(folder.path, 'data'), databaseUrl: null, log: silentLog });

  it('goes on where it was, wherever that is, and loses and doubles nothing', async () => {
    await unpackPreparedDatabase(join(folder.path, 'data'));
    const filling = await openSource();
    await fillTables(filling);
    await filling.query(
      `INSERT INTO contacts (id, audience_id, recipient, chat_id, added_at, who)
       SELECT 'con_' || n, (SELECT min(id) FROM audiences), n, n, now(), n FROM generate_series(1, 9000) AS n`,
    );
    const before = await contentsOf(filling);
    await filling.close();

    const random = new SeededRandom(Number(process.env['CHAOS_SEED'] ?? 15));
    let killed = 0;
    for (;;) {
      const child = forkTypeScript(join(__dirname, 'move-child.ts'), [
        join(folder.path, 'data'),
        '',
        target.url!,
      ]);
      // By steps at first, so that it gets into the middle; later by time, for what lies between two steps.
      let steps = killed >= KILLS ? Infinity : Math.ceil(random.between(1, 30));
      const messages: Record<string, unknown>[] = [];
      child.on('message', (message: Record<string, unknown>) => {
        messages.push(message);
        steps -= 1;
        if (steps <= 0) child.kill('SIGKILL');
      });
      if (child.exitCode === null) await once(child, 'exit').catch(() => ended(child));
      const last = messages.at(-1);
      if (last && 'error' in last) throw new Error(String(last['error']));
      if (child.signalCode === null) break;
      killed += 1;
    }
    expect(killed).toBeGreaterThan(0);
    const moved = await openDatabase({ dataDir: folder.path, databaseUrl: target.url, log: silentLog });
    expect(await contentsOf(moved)).toEqual(before);
    await refuseMoved(moved);
    await moved.close();
    const source = await openSource();
    await expect(refuseMoved(source)).rejects.toThrow('This store was moved to there.');
    await source.close();
  });
});
