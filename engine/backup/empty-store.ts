import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Sql } from '../store/sql/database';
import { quoted, readTables } from './tables';

/** What every start writes, and rows of which nobody would miss. A store with nothing else holds no data. */
const OF_EVERY_START: Record<string, string> = {
  accounts: 'true',
  erasure_salt: 'true',
  // The sandbox's number.
  sessions: "mode = 'test'",
  session_leases: 'true',
  session_requests: 'true',
  upkeep_turns: 'true',
  // Given to the n8n on its machine, and replaced at every start.
  api_keys: "origin = 'local'",
};

/** The tables that hold what a user would miss; empty for a new store, also one that an engine has run on. */
export async function tablesWithData(sql: Sql): Promise<string[]> {
  const names: string[] = [];
  for (const { name } of await readTables(sql)) {
    const harmless = OF_EVERY_START[name] ?? 'false';
    const [row] = await sql.query<{ held: boolean }>(
      `SELECT EXISTS (SELECT FROM blueticks.${quoted(name)} WHERE NOT (${harmless})) AS held`,
    );
    if (row!.held) names.push(name);
  }
  return names;
}

/** Removes what every start writes. */
export async function clearStore(tx: Sql): Promise<void> {
  for (const { name } of (await readTables(tx)).reverse())
    await tx.query(`DELETE FROM blueticks.${quoted(name)}`);
}

/** How long the server may take to notice that a process is gone. */
const LINGER_MS = 3_000;
const POLL_MS = 100;

/** Whether an engine has this database open. An embedded one belongs to this process. */
export async function hasEngine(database: Database): Promise<boolean> {
  if (database.kind === 'embedded') return false;
  const until = Date.now() + LINGER_MS;
  while ((await otherEngines(database)) > 0) {
    if (Date.now() > until) return true;
    await sleep(POLL_MS);
  }
  return false;
}

async function otherEngines(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'blueticks' AND pid <> pg_backend_pid()`,
  );
  return row!.count;
}
