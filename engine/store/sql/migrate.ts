import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, Sql } from './database';

/** The letters "blue" as a number: other programs that lock in a shared database are unlikely to use it. */
const MIGRATION_LOCK = 0x626c7565;

const MIGRATION_NAME = /^(\d{3})_[a-z0-9_]+\.sql$/;

export const MIGRATIONS_FOLDER = join(__dirname, 'migrations');

/**
 * Updates the `blueticks` schema: runs each `NNN_name.sql` of `folder` once, in order, each in its own
 * transaction. If several processes start at once, one does the work, and the others wait for it.
 *
 * @param prepareQueue creates the queue's schema in the same database, if it needs one.
 * @returns the names of the migrations that this call ran.
 * @throws Error if a newer engine has migrated the database, or if a migration fails (which is then rolled back).
 */
export async function migrate(
  database: Database,
  prepareQueue?: (pool: Database['pool']) => Promise<void>,
  folder: string = MIGRATIONS_FOLDER,
): Promise<string[]> {
  const names = await migrationNames(folder);
  const known = await knownMigrations(database);
  refuseNewerDatabase(known, names);
  const missing = names.filter((name) => !known.includes(name));
  if (missing.length === 0 && !prepareQueue) return [];
  // Another process may be at it, or a table may have millions of rows.
  return database.withoutLimit(async (patient) => {
    if (missing.length > 0) await patient.transaction(prepareLedger);
    const done: string[] = [];
    for (const name of missing) {
      const text = await readFile(join(folder, name), 'utf8');
      if (await patient.transaction((tx) => runOnce(tx, name, text))) done.push(name);
    }
    await prepareQueue?.(patient.pool);
    return done;
  });
}

async function migrationNames(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  names.forEach((name, index) => {
    const number = Number(MIGRATION_NAME.exec(name)?.[1]);
    if (number !== index + 1)
      throw new Error(`Migration ${name} should be number ${index + 1}, named NNN_name.sql.`);
  });
  return names;
}

async function prepareLedger(tx: Sql): Promise<void> {
  await acquireLock(tx);
  // IF NOT EXISTS alone reads a cache that may not know yet what the process before us has created.
  const known = await tx.query("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'blueticks'");
  if (known.length === 0) await tx.query('CREATE SCHEMA blueticks');
  await tx.query(
    `CREATE TABLE IF NOT EXISTS blueticks.schema_migrations (
       name text PRIMARY KEY,
       applied_at timestamptz NOT NULL DEFAULT now()
     )`,
  );
}

/** The names of the migrations of this engine, in order. */
export function ownMigrations(): Promise<string[]> {
  return migrationNames(MIGRATIONS_FOLDER);
}

/**
 * Replaces the `blueticks` schema, with all that it holds, by an empty one as it was after some migrations. Processes that
 * want to migrate wait until the transaction ends.
 * @param names the first migrations of this engine; see `runMigrations` for the others
 */
export async function rebuildSchema(tx: Sql, names: readonly string[]): Promise<void> {
  await acquireLock(tx);
  await tx.query('DROP SCHEMA IF EXISTS blueticks CASCADE');
  await prepareLedger(tx);
  await runMigrations(tx, names);
}

/** Runs those of these migrations that have not run, in the caller's transaction. */
export async function runMigrations(tx: Sql, names: readonly string[]): Promise<void> {
  for (const name of names) await runOnce(tx, name, await readFile(join(MIGRATIONS_FOLDER, name), 'utf8'));
}

async function runOnce(tx: Sql, name: string, text: string): Promise<boolean> {
  await acquireLock(tx);
  await tx.query('SET LOCAL search_path TO blueticks');
  const known = await tx.query('SELECT 1 FROM blueticks.schema_migrations WHERE name = $1', [name]);
  if (known.length > 0) return false;
  await tx.query(text);
  await tx.query('INSERT INTO blueticks.schema_migrations (name) VALUES ($1)', [name]);
  return true;
}

/** Held until the transaction ends, so a process that dies cannot keep it. */
async function acquireLock(tx: Sql): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
}

/** The migrations that have run. Read without the lock, as no entry is ever removed. */
async function knownMigrations(sql: Sql): Promise<string[]> {
  const [ledger] = await sql.query<{ made: boolean }>(
    "SELECT to_regclass('blueticks.schema_migrations') IS NOT NULL AS made",
  );
  if (!ledger?.made) return [];
  const rows = await sql.query<{ name: string }>(
    'SELECT name FROM blueticks.schema_migrations ORDER BY name',
  );
  return rows.map(({ name }) => name);
}

/** @throws Error if a migration has run that this engine does not know. */
function refuseNewerDatabase(known: readonly string[], names: readonly string[]): void {
  const unknown = known.filter((name) => !names.includes(name));
  if (unknown.length === 0) return;
  throw new Error(
    `This database belongs to a newer engine (${unknown.join(', ')} is unknown here). ` +
      'Start the newer version, or give this one another data folder or database.',
  );
}
