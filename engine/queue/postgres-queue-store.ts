import { createPostgresBackend, Queue, runMigrations, Worker, type BackendFactory } from 'bullmq';
import type { Pool as PgPool, PoolClient as PgClient } from 'pg';
import type { Pool } from '../store/database';
import type { QueueStore } from './bullmq-wake-ups';
import { SharedListenPool } from './shared-listen-pool';

/** A worker is woken by NOTIFY and knows its next due job: this is only how long a lost notification could matter. */
const LONGEST_WAIT_SECONDS = 60;

/** Makes or updates BullMQ's tables (schema `bullmq`) where the pool points. Safe when several processes start at once. */
export async function prepareQueueSchema(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client as unknown as PgClient);
  } finally {
    client.release();
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
    close: () => shared.end(),
  };
}
