import type { Clock } from '../async/clock';
import { createTransact, type Transact } from '../events/transact';
import { ownMigrations, rebuildSchema, runMigrations } from '../store/sql/migrate';
import type { Database, Transaction } from '../store/sql/database';
import { endLeases } from '../store/tables/session-leases';
import type { Header } from './backup-format';
import { clearStore, hasEngine, tablesWithData } from './empty-store';
import { readBackup } from './read-backup';
import { reviewRestored, type Reviewed } from './review-restored';
import { expectLongWork, inBatches, insertRows } from './table-rows';
import { readTables, saveCounters, type Table } from './tables';
import type { OnProgress } from './write-backup';

export interface RestoreOptions {
  file: string;
  clock: Clock;
  /** What happens to messages that came due since the backup was made: see `reviewRestored`. */
  due: 'expire' | 'send';
  onProgress: OnProgress;
}

export interface RestoredBackup extends Reviewed {
  created_at: string;
  rows: number;
}

/** The whole file is sound, and this engine can read it. @throws as `readBackup`, or Error if it is of a newer engine */
export async function checkBackup(file: string): Promise<Header> {
  const header = await readBackup(file, {
    onHeader: (header) => refuseNewerSchema(file, header),
    onRows: () => undefined,
  });
  return header;
}

async function refuseNewerSchema(file: string, { engine, migrations }: Header): Promise<void> {
  const own = await ownMigrations();
  const unknown = migrations.find((name, index) => name !== own[index]);
  if (unknown === undefined) return;
  throw new Error(
    `${file} was made by a newer engine (${engine}; ${unknown} is unknown here). ` +
      'Install that version or a newer one to restore it.',
  );
}

/** @throws Error if the store holds data, or an engine runs on it */
export async function refuseUsedStore(database: Database): Promise<void> {
  if (await hasEngine(database)) {
    throw new Error('An engine is running on this database. Stop it first.');
  }
  const [ledger] = await database.query<{ made: boolean }>(
    "SELECT to_regclass('blueticks.schema_migrations') IS NOT NULL AS made",
  );
  const tables = ledger!.made ? await tablesWithData(database) : [];
  if (tables.length === 0) return;
  throw new Error(
    `This store holds data already (${tables.join(', ')}). ` +
      'Restore into an empty data folder (BLUETICKS_DATA_DIR) or an empty database (DATABASE_URL).',
  );
}

/**
 * Loads a backup that `checkBackup` found sound into a store without data. It is one transaction: either all of it is there
 * afterwards, or none. The schema is first made as it was, and brought up to date with the rows in it.
 * @throws Error as `refuseUsedStore`, or as `readBackup` if the file has changed meanwhile
 */
export async function restoreBackup(database: Database, options: RestoreOptions): Promise<RestoredBackup> {
  const { file, clock, due, onProgress } = options;
  await refuseUsedStore(database);
  return database.transaction(async (tx) => {
    let [rows, total] = [0, 0];
    let known: Table[] = [];
    await expectLongWork(tx);
    const header = await readBackup(file, {
      async onHeader({ migrations, tables }) {
        await rebuildSchema(tx, migrations);
        // A migration may write rows; the backup has them as they became.
        await clearStore(tx);
        known = await readTables(tx);
        total = tables.reduce((sum, table) => sum + table.rows, 0);
      },
      async onRows(listed, lines) {
        const table = asInSchema(known, listed);
        for (const batch of inBatches(lines)) {
          await insertRows(tx, table, batch);
          rows += batch.length;
          onProgress(rows, total, table.name);
        }
      },
    });
    await saveCounters(tx, header.counters);
    await runMigrations(tx, await ownMigrations());
    await endLeases(tx);
    const reviewed =
      due === 'expire'
        ? await transactIn(tx, clock)(reviewRestored)
        : { expired_messages: 0, paused_campaigns: 0 };
    return { created_at: header.created_at, rows, ...reviewed };
  });
}

/** A table of the backup with the types of the schema: nothing in a file becomes SQL. */
function asInSchema(known: readonly Table[], listed: Table): Table {
  const table = known.find(({ name }) => name === listed.name);
  const columns = listed.columns.map(({ name }) => table?.columns.find((column) => column.name === name));
  if (table && columns.every((column) => column !== undefined)) return { ...table, columns };
  throw new Error(
    `The backup has a table ${listed.name} that its migrations do not make. Use another backup.`,
  );
}

/** A change with its events inside a transaction that is open already. The engine that starts next delivers them. */
function transactIn(tx: Transaction, clock: Clock): Transact {
  return createTransact({ transaction: (work) => work(tx) }, clock, {
    onDeliveries: () => undefined,
    onWake: () => undefined,
  });
}
