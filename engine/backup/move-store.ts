import { randomUUID } from 'node:crypto';
import type { Database, Sql } from '../store/sql/database';
import { migrate } from '../store/sql/migrate';
import {
  deleteStoreMove,
  findStoreMove,
  saveProgress,
  saveStoreMove,
  type StoreMove,
} from '../store/tables/store-moves';
import { TableSum, type Sum } from './checksum';
import { clearStore, hasEngine, tablesWithData } from './empty-store';
import {
  beginSnapshot,
  countRows,
  expectLongWork,
  inBatches,
  insertRows,
  keyOf,
  readRows,
} from './table-rows';
import { readCounters, readTables, saveCounters, type Table } from './tables';
import type { OnProgress } from './write-backup';

/** A store, and how it may be shown: without a password. */
export interface Place {
  database: Database;
  shown: string;
}

export interface MoveOptions {
  onProgress: OnProgress;
  /** Called when all rows are there, before both sides are compared. */
  onVerify(): void;
}

export interface Moved {
  to: string;
  tables: Record<string, Sum>;
  rows: number;
  /** It had been moved before; nothing was done. */
  already: boolean;
}

/**
 * Moves everything to an empty store. It can be killed at any moment and run again: it goes on where it was. The order keeps
 * two engines from ever running: the source is closed to engines before the first row is copied, and the target is opened
 * to them after the source is closed for good and both sides have the same rows.
 * @throws Error if an engine runs on either side, the target holds data of its own, or the two differ at the end
 */
export async function moveStore(source: Place, target: Place, options: MoveOptions): Promise<Moved> {
  await migrate(source.database);
  await migrate(target.database);
  const begun = await begin(source, target);
  if (begun === 'moved before') return { to: target.shown, tables: {}, rows: 0, already: true };
  const { id } = begun;
  if (begun.state !== 'left') {
    await copyTables(source.database, target.database, begun.progress, options.onProgress);
    options.onVerify();
  }
  const tables = await compare(source.database, target.database);
  await saveStoreMove(source.database, { id, state: 'left', place: target.shown, progress: {} });
  await deleteStoreMove(target.database);
  const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
  return { to: target.shown, tables, rows, already: false };
}

/** Gives up a move: engines may start on this store again. @returns what it was; null if it was not being moved */
export async function undoMove({ database }: Place): Promise<StoreMove | null> {
  await migrate(database);
  const move = await findStoreMove(database);
  if (move) await deleteStoreMove(database);
  return move;
}

type Begun = Pick<StoreMove, 'id' | 'state' | 'progress'>;

/** Marks both stores, or finds the marks of an earlier run. */
async function begin(source: Place, target: Place): Promise<Begun | 'moved before'> {
  const here = await findStoreMove(source.database);
  const there = await findStoreMove(target.database);
  if (here?.state === 'arriving') {
    throw new Error(`The move from ${here.place} to this store is not finished. Finish it first.`);
  }
  if (here?.state === 'left' && there?.id !== here.id) {
    if (here.place === target.shown && !there) return 'moved before';
    throw new Error(
      `This store was moved to ${here.place} before. To move it again from here, and lose what happened there: ` +
        'blueticks-engine move --undo',
    );
  }
  if (there && (there.state !== 'arriving' || there.id !== here?.id)) {
    throw new Error(
      `${target.shown} is part of another move (${there.state === 'arriving' ? 'from' : 'to'} ${there.place}). ` +
        'Use an empty database.',
    );
  }
  if (!there) await refuseUsed(target);
  const id = here?.id ?? randomUUID();
  if (here?.state !== 'left') {
    await saveStoreMove(source.database, { id, state: 'leaving', place: target.shown, progress: {} });
  }
  // After the mark: an engine that starts now sees it, and one that has started before is seen here.
  for (const { database, shown } of [source, target]) {
    if (!(await hasEngine(database))) continue;
    if (!here) await deleteStoreMove(source.database);
    throw new Error(`An engine is running on ${shown}. Stop it first.`);
  }
  if (!there) {
    await target.database.transaction(async (tx) => {
      await clearStore(tx);
      await saveStoreMove(tx, { id, state: 'arriving', place: source.shown, progress: {} });
    });
  }
  return { id, state: here?.state ?? 'leaving', progress: there?.progress ?? {} };
}

async function refuseUsed({ database, shown }: Place): Promise<void> {
  const tables = await tablesWithData(database);
  if (tables.length === 0) return;
  throw new Error(`${shown} holds data already (${tables.join(', ')}). Use an empty database.`);
}

/** Each batch is one transaction with how far it got. */
async function copyTables(
  source: Database,
  target: Database,
  progress: StoreMove['progress'],
  onProgress: OnProgress,
): Promise<void> {
  await source.transaction(async (from) => {
    await beginSnapshot(from);
    const tables = await readTables(from);
    const counts = new Map<string, number>();
    for (const table of tables) counts.set(table.name, await countRows(from, table));
    const total = [...counts.values()].reduce((sum, rows) => sum + rows, 0);
    let done = 0;
    for (const table of tables) {
      const before = progress[table.name];
      if (before === null) {
        done += counts.get(table.name)!;
        continue;
      }
      if (before) done += await countRows(target, table);
      for await (const read of readRows(from, table, { byKey: true, after: before ?? null })) {
        for (const lines of inBatches(read)) {
          await target.transaction(async (tx) => {
            await expectLongWork(tx);
            await insertRows(tx, table, lines);
            await saveProgress(tx, table.name, keyOf(table, lines.at(-1)!));
          });
          done += lines.length;
          onProgress(done, total, table.name);
        }
      }
      await saveProgress(target, table.name, null);
    }
    await saveCounters(target, await readCounters(from));
  });
}

/** @throws Error that names the first table in which the two differ */
async function compare(source: Database, target: Database): Promise<Record<string, Sum>> {
  const [here, there] = await Promise.all([sums(source), sums(target)]);
  for (const [name, sum] of Object.entries(here)) {
    const other = there[name];
    if (sum.rows === other?.rows && sum.checksum === other.checksum) continue;
    throw new Error(
      `The table ${name} differs: ${sum.rows} rows here, ${other?.rows ?? 0} there. Something has changed one of the two. ` +
        'Empty the target (DROP SCHEMA blueticks CASCADE) and move again.',
    );
  }
  return here;
}

async function sums(database: Database): Promise<Record<string, Sum>> {
  return database.transaction(async (tx: Sql) => {
    await beginSnapshot(tx);
    const found: Record<string, Sum> = {};
    for (const table of await readTables(tx)) found[table.name] = await sumOf(tx, table);
    return found;
  });
}

async function sumOf(tx: Sql, table: Table): Promise<Sum> {
  const sum = new TableSum();
  for await (const lines of readRows(tx, table)) for (const line of lines) sum.add(line);
  return sum.sum;
}
