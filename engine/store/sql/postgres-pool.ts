import { Pool } from 'pg';
import type { Log } from '../../domain/log';

/** Enough for the API, the session owner's work, and the LISTEN client of each lane's BullMQ worker. */
const MOST_CONNECTIONS = 10;
/**
 * A process that is suspended or cut off in the middle of a transaction loses it, with its locks, after this long. It must
 * be less than a lease's life, or no other process could take over its sessions.
 */
const IDLE_IN_TRANSACTION_MS = 10_000;

/** A server that is cut off answers nothing and closes nothing. Only migrations may take longer. */
const ANSWER_MS = 30_000;
/** How soon an idle connection that is cut off is noticed: the system tests it from then on. */
const KEEP_ALIVE_MS = 10_000;

/**
 * A pool over a PostgreSQL server. Its connections look for tables in our schema first, then in BullMQ's.
 * @param settings more of each connection's settings, such as `-c name=value`
 * @param answerMs how long a statement may take; 0 for any time
 *
 * A connection that drops while idle is logged and replaced. It never ends the process.
 */
export function openPostgresPool(
  databaseUrl: string,
  log: Log,
  {
    max = MOST_CONNECTIONS,
    settings = '',
    answerMs = ANSWER_MS,
  }: { max?: number; settings?: string; answerMs?: number } = {},
): Pool {
  const pool = new Pool({
    connectionString: databaseUrl,
    options: `-c search_path=blueticks,bullmq -c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MS} ${settings}`,
    application_name: 'blueticks',
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    query_timeout: answerMs,
    max,
    connectionTimeoutMillis: 10_000,
  });
  // A server may end a connection right after "ready", before its borrower can listen for errors. Without this listener
  // that error would end the process. The borrower's statements fail in any case.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', (error) => log.warn({ error: error.message }, 'A database connection was lost'));
  return pool;
}
