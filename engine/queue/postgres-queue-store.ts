import { createPostgresBackend, Queue, runMigrations, Worker, type BackendFactory } from 'bullmq';
import { version } from 'bullmq/package.json';
import type { Pool as PgPool, PoolClient as PgClient } from 'pg';
import type { Pool } from '../store/sql/database';
import type { QueueStore } from './bullmq-wake-ups';
import { SharedListenPool } from './shared-listen-pool';

/** NOTIFY wakes a worker, and it knows its next due job: this only limits how long a lost notification can delay it. */
const LONGEST_WAIT_SECONDS = 60;

/** Our own number (the letters "bull"), so that our lock does not conflict with others in a shared database. */
const SCHEMA_LOCK = 0x62756c6c;

/** The schema's comment says which version made it, so that later starts can skip the migrations. */
const MADE_BY = `BullMQ ${version}`;

/** Creates or updates BullMQ's tables (schema `bullmq`). Safe if several processes start at the same time. */
export async function prepareQueueSchema(pool: Pool): Promise<void> {
  const { rows } = await pool.query(
    "SELECT obj_description(to_regnamespace('bullmq'), 'pg_namespace') AS made_by",
  );
  if (rows[0]?.['made_by'] !== MADE_BY) await makeQueueSchema(pool);
}

async function makeQueueSchema(pool: Pool): Promise<void> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    // For a new schema, BullMQ's own lock lets two processes through: CREATE SCHEMA trusts an old cache. Reading the
    // catalog refreshes it.
    await client.query('SELECT pg_advisory_lock($1)', [SCHEMA_LOCK]);
    await client.query('SELECT count(*) FROM pg_catalog.pg_namespace');
    await runMigrations(client as unknown as PgClient);
    await client.query(`COMMENT ON SCHEMA bullmq IS '${MADE_BY}'`);
    await client.query('SELECT pg_advisory_unlock($1)', [SCHEMA_LOCK]);
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    // After an error the connection is closed, which frees the lock.
    client.release(failure);
  }
}

/** BullMQ on the engine's own database, PGlite or PostgreSQL. */
export function postgresQueueStore(pool: Pool): QueueStore {
  const shared = new SharedListenPool(pool);
  const connection = shared as unknown as PgPool;
  const backend = createPostgresBackend as BackendFactory;
  return {
    queue: (name, options) => new Queue(name, { ...options, connection } as never, backend) as Queue,
    worker: (name, process, options) =>
      new Worker(
        name,
        process,
        { ...options, connection, drainDelay: LONGEST_WAIT_SECONDS } as never,
        backend,
      ) as Worker,
    async check() {
      await pool.query('SELECT 1');
    },
    // It loses nothing: it keeps wake-ups in the same database as messages.
    onReturn: () => undefined,
    close: () => shared.end(),
  };
}
