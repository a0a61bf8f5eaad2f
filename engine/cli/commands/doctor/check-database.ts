import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { refuseMoved, type StoreMoved } from '../../../backup/refuse-moved';
import type { EngineConfig } from '../../../config';
import type { EngineFile } from '../../../data-folder/engine-file';
import { createLogger } from '../../../observability/logger';
import type { Database, Sql } from '../../../store/sql/database';
import { DataFolderInUse } from '../../../data-folder/data-folder-lock';
import { MIGRATIONS_FOLDER } from '../../../store/sql/migrate';
import { openDatabase } from '../../../store/open-database';
import { openPostgresPool } from '../../../store/sql/postgres-pool';
import { SqlDatabase } from '../../../store/sql/sql-database';
import { readSealedSamples, type SealedSample } from '../../../store/tables/sealed-samples';
import { listTableSizes, type TableSize } from '../../../store/tables/table-sizes';
import type { SessionRow } from '../../../store/tables/sessions';
import { bad, good, reasonOf, skipped, type Finding } from './finding';

/** A session of a real number, with what its proxy is opened by. */
export type StoredNumber = Pick<
  SessionRow,
  'id' | 'name' | 'phone' | 'state' | 'reason' | 'sealed_proxy' | 'shown_proxy'
>;

export interface DatabaseCheck {
  finding: Finding;
  /** Empty if nothing is sealed, or it cannot be read here. */
  sealed: readonly SealedSample[];
  /** The linked numbers; null if they cannot be read here. */
  numbers: StoredNumber[] | null;
  /** What each table takes; null if that cannot be read here. */
  sizes: TableSize[] | null;
  /** How far this machine's clock is ahead of the database server's; null if there is no server. */
  aheadMs: number | null;
}

const OLDEST = 14;

/** Whether the database opens or answers, is new enough, and has this engine's tables. Changes nothing. */
export async function checkDatabase(config: EngineConfig, engine: EngineFile | null): Promise<DatabaseCheck> {
  return config.databaseUrl === null
    ? checkEmbedded(config.dataDir, engine)
    : checkServer(config.databaseUrl);
}

const only = (finding: Finding): DatabaseCheck => ({ finding, ...UNREAD, aheadMs: null });

async function checkEmbedded(dataDir: string, engine: EngineFile | null): Promise<DatabaseCheck> {
  if (engine) return only(await askEngine(engine));
  if (!existsSync(join(dataDir, 'database', 'PG_VERSION'))) {
    return only(skipped('embedded, does not exist yet: the first start creates it'));
  }
  try {
    const database = await openDatabase({ dataDir, databaseUrl: null, log: createLogger('silent') });
    return await examine(database, 'embedded, opens');
  } catch (error) {
    if (error instanceof DataFolderInUse) return only(skipped('embedded, in use: see Lock'));
    return only(
      bad(
        `embedded, does not open: ${reasonOf(error)}`,
        `Restore ${join(dataDir, 'database')} from a backup, or move it away to start with an empty one.`,
      ),
    );
  }
}

async function askEngine({ url }: EngineFile): Promise<Finding> {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(10_000) });
  const ready = (await response.json()) as { store: string; queue: string; message?: string };
  if (response.ok) return good('used by the running engine, and answers; so does the queue');
  if (ready.message) return bad(ready.message, 'Nothing is accepted or sent until there is room.');
  const missing = ready.store === 'ok' ? 'queue' : 'database';
  return bad(`the running engine cannot reach its ${missing}`, 'Check its log, then restart it.');
}

async function checkServer(databaseUrl: string): Promise<DatabaseCheck> {
  const pool = openPostgresPool(databaseUrl, createLogger('silent'), { max: 1 });
  try {
    return await examine(new SqlDatabase('server', pool), 'PostgreSQL');
  } catch (error) {
    return only(
      bad(
        `PostgreSQL cannot be reached, or refuses the connection: ${reasonOf(error)}`,
        'Start PostgreSQL, correct DATABASE_URL, or unset DATABASE_URL to use the embedded database.',
      ),
    );
  }
}

async function examine(database: Database, what: string): Promise<DatabaseCheck> {
  try {
    const version = await serverVersion(database);
    const named = database.kind === 'server' ? `${what} ${version}` : what;
    const aheadMs = database.kind === 'server' ? await measureAhead(database) : null;
    if (Number.parseInt(version, 10) < OLDEST) {
      return {
        finding: bad(`${named} is too old`, `Install PostgreSQL ${OLDEST} or newer.`),
        ...UNREAD,
        aheadMs,
      };
    }
    return { ...(await examineTables(database, named)), aheadMs };
  } finally {
    await database.close();
  }
}

async function examineTables(sql: Sql, named: string): Promise<Omit<DatabaseCheck, 'aheadMs'>> {
  const shipped = (await readdir(MIGRATIONS_FOLDER)).filter((name) => name.endsWith('.sql')).sort();
  const [{ ledger, may_create } = { ledger: false, may_create: false }] = await sql.query<{
    ledger: boolean;
    may_create: boolean;
  }>(
    `SELECT to_regclass('blueticks.schema_migrations') IS NOT NULL AS ledger,
            has_database_privilege(current_database(), 'CREATE') AS may_create`,
  );
  if (!ledger) {
    if (may_create)
      return { finding: good(`${named}, empty: the first start creates its tables`), ...UNREAD };
    const fix = 'Let the user of DATABASE_URL create schemas: GRANT CREATE ON DATABASE … TO …';
    return { finding: bad(`${named}, whose user may not create tables`, fix), ...UNREAD };
  }
  const rows = await sql.query<{ name: string }>(
    'SELECT name FROM blueticks.schema_migrations ORDER BY name',
  );
  const done = rows.map(({ name }) => name);
  const isCurrent = shipped.every((name) => done.includes(name));
  const finding = (isCurrent && (await judgeMove(sql, named))) || judgeMigrations(named, shipped, done);
  return {
    finding,
    sealed: isCurrent ? await readSealedSamples(sql) : [],
    numbers: isCurrent ? await readNumbers(sql) : null,
    sizes: await listTableSizes(sql),
  };
}

/** @param shipped the migrations of this engine @param done those that the database already has */
export function judgeMigrations(named: string, shipped: readonly string[], done: readonly string[]): Finding {
  const unknown = done.filter((name) => !shipped.includes(name));
  if (unknown.length > 0) {
    return bad(
      `${named}, used by a newer engine before (${unknown.join(', ')})`,
      'Run that version again, or use another data folder or database for this one.',
    );
  }
  const pending = shipped.length - done.length;
  if (pending > 0)
    return good(
      `${named}; the next start updates its tables (${pending === 1 ? '1 step' : `${pending} steps`})`,
    );
  return good(`${named}, tables up to date`);
}

/** A store whose data is elsewhere now; null for all others. */
async function judgeMove(sql: Sql, named: string): Promise<Finding | null> {
  return refuseMoved(sql).then(
    () => null,
    (error: StoreMoved) => bad(`${named}, which no engine starts on`, error.message),
  );
}

const UNREAD = { sealed: [], numbers: null, sizes: null };

function readNumbers(sql: Sql): Promise<StoredNumber[]> {
  return sql.query<StoredNumber>(
    `SELECT id, name, phone, state, reason, sealed_proxy, shown_proxy
     FROM blueticks.sessions WHERE mode = 'live' ORDER BY id`,
  );
}

async function serverVersion(sql: Sql): Promise<string> {
  const [row] = await sql.query<{ server_version: string }>('SHOW server_version');
  return row?.server_version ?? '';
}

async function measureAhead(sql: Sql): Promise<number> {
  const asked = Date.now();
  const [row] = await sql.query<{ ms: number }>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
  );
  // The server read its clock about halfway between question and answer.
  return (asked + Date.now()) / 2 - (row?.ms ?? 0);
}
