import { createHash } from 'node:crypto';
import { open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { once } from 'node:events';
import { createGzip } from 'node:zlib';
import type { Sql } from '../store/sql/database';
import { isAlive } from '../data-folder/lock-holder';
import { syncFolder } from '../data-folder/sync-files';
import { VERSION } from '../version';
import { FORMAT, type BackupEnd, type Header, type TableEnd } from './backup-format';
import { TableSum } from './checksum';
import { countRows, readRows } from './table-rows';
import { readCounters, readTables } from './tables';

/** Told now and then. `rows` of `total` are done, the last ones of `table`. */
export type OnProgress = (rows: number, total: number, table: string) => void;

export interface BackupOptions {
  /** Where it goes. A backup of that name is replaced when the new one is whole. */
  file: string;
  encryptionKey: Header['encryption_key'];
  now: Date;
  onProgress: OnProgress;
}

export interface WrittenBackup {
  created_at: string;
  rows: number;
  bytes: number;
  tables: Record<string, number>;
}

/**
 * Writes everything that the snapshot `sql` sees to a file that only its owner can read. Until it is whole and on the disk it
 * has another name, so no interrupted backup is ever taken for a whole one.
 * @param sql a transaction with `beginSnapshot`
 * @throws Error if the file cannot be written
 */
export async function writeBackup(sql: Sql, options: BackupOptions): Promise<WrittenBackup> {
  try {
    return await writeDraft(sql, options);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error;
    const fix = code === 'ENOENT' ? 'Create its folder first.' : 'Use another path, or make room.';
    throw new Error(`${options.file} cannot be written (${(error as Error).message}). ${fix}`);
  }
}

async function writeDraft(sql: Sql, options: BackupOptions): Promise<WrittenBackup> {
  const { file } = options;
  await removeAbandoned(file);
  const draft = `${file}.${process.pid}.part`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    const written = await writeLines(sql, handle, options);
    await handle.sync();
    const { size } = await handle.stat();
    await handle.close();
    await rename(draft, file);
    await syncFolder(dirname(file));
    return { ...written, bytes: size };
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  }
}

async function writeLines(
  sql: Sql,
  output: FileHandle,
  { encryptionKey, now, onProgress }: BackupOptions,
): Promise<Omit<WrittenBackup, 'bytes'>> {
  const lines = new LineWriter(output);
  const header = await readHeader(sql, encryptionKey, now);
  const total = header.tables.reduce((sum, { rows }) => sum + rows, 0);
  await lines.write([JSON.stringify(header)]);
  let done = 0;
  for (const table of header.tables) {
    const sum = new TableSum();
    for await (const batch of readRows(sql, table)) {
      for (const line of batch) sum.add(line);
      await lines.write(batch);
      done += batch.length;
      onProgress(done, total, table.name);
    }
    await lines.write([JSON.stringify({ end_of: table.name, ...sum.sum } satisfies TableEnd)]);
  }
  const end: BackupEnd = { end_of_backup: true, rows: done, sha256: lines.digest() };
  await lines.write([JSON.stringify(end)]);
  await lines.end();
  const tables = Object.fromEntries(header.tables.map(({ name, rows }) => [name, rows]));
  return { created_at: header.created_at, rows: done, tables };
}

async function readHeader(sql: Sql, encryptionKey: Header['encryption_key'], now: Date): Promise<Header> {
  const migrations = await sql.query<{ name: string }>(
    'SELECT name FROM blueticks.schema_migrations ORDER BY name',
  );
  const [server] = await sql.query<{ version: string }>(
    "SELECT current_setting('server_version') AS version",
  );
  const tables: Header['tables'] = [];
  for (const table of await readTables(sql)) tables.push({ ...table, rows: await countRows(sql, table) });
  return {
    blueticks_backup: FORMAT,
    engine: VERSION,
    created_at: now.toISOString(),
    postgresql: server!.version,
    migrations: migrations.map(({ name }) => name),
    encryption_key: encryptionKey,
    counters: await readCounters(sql),
    tables,
  };
}

/** Compresses lines, no faster than the disk can write. */
class LineWriter {
  private readonly hash = createHash('sha256');
  private readonly gzip = createGzip();
  private readonly done: Promise<void>;

  constructor(output: FileHandle) {
    this.done = this.writeTo(output);
    // The next write, or the end, fails with the error.
    this.done.catch(() => undefined);
  }

  private async writeTo(output: FileHandle): Promise<void> {
    for await (const bytes of this.gzip as AsyncIterable<Buffer>) await output.writeFile(bytes);
  }

  async write(lines: readonly string[]): Promise<void> {
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    this.hash.update(bytes);
    if (!this.gzip.write(bytes)) await Promise.race([once(this.gzip, 'drain'), this.done]);
  }

  /** Of all that was written so far. */
  digest(): string {
    return this.hash.copy().digest('hex');
  }

  async end(): Promise<void> {
    this.gzip.end();
    await this.done;
  }
}

/** Removes what a backup to the same file left behind when it was killed. */
async function removeAbandoned(file: string): Promise<void> {
  const folder = dirname(file);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(`${basename(file)}.`)) continue;
    const pid = /^\.(\d+)\.part$/.exec(name.slice(basename(file).length))?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(folder, name), { force: true });
  }
}
