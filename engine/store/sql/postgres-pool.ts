import { Pool } from 'pg';
import type { Log } from '../../domain/log';

/** Enough for the API, the owner's work and one LISTEN client for each worked lane's BullMQ worker. */
const MOST_CONNECTIONS = 10;
/**
 * A process that was stopped or cut off in the middle of a transaction loses it, and its locks, after this long: less
 * than a lease lasts, or nobody could take over its sessions.
 */
const IDLE_IN_TRANSACTION_MS = 10_000;

/**
 * A pool over a PostgreSQL server whose connections see our schema first and then BullMQ's.
 * A connection that drops while idle is logged and replaced; it never ends the process.
 */
export function openPostgresPool(databaseUrl: string, log: Log, max: number = MOST_CONNECTIONS): Pool {
  const pool = new Pool({
    connectionString: databaseUrl,
    options: `-c search_path=blueticks,bullmq -c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MS}`,
    application_name: 'blueticks',
    keepAlive: true,
    max,
    connectionTimeoutMillis: 10_000,
  });
  // A server that ends a connection may say so in the same breath as "ready": before whoever borrows the connection can
  // listen, when an error that nobody hears would end the process. The borrower's statements fail all the same.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', (error) => log.warn({ error: error.message }, 'A database connection was lost'));
  return pool;
}
