import type { Clock } from '../async/clock';
import type { Log } from '../domain/log';
import type { Pool } from '../store/sql/database';
import { BullmqWakeUps } from './bullmq-wake-ups';
import { postgresQueueStore } from './postgres-queue-store';
import { redisQueueStore } from './redis-queue-store';
import type { WakeUps } from './wake-ups';

/** The same error is logged once in this time. While the store is down, every worker reports one every few seconds. */
const REPEAT_AFTER_MS = 60_000;

export interface WakeUpsOptions {
  /** Null: BullMQ runs on `pool`, with the tables from `prepareQueueSchema`. */
  redisUrl: string | null;
  pool: Pool;
  clock: Clock;
  log: Log;
}

/** @throws EngineError `unavailable` if Redis cannot be reached at startup. Later errors are logged. */
export async function openWakeUps({ redisUrl, pool, clock, log }: WakeUpsOptions): Promise<WakeUps> {
  const store = redisUrl === null ? postgresQueueStore(pool) : await redisQueueStore(redisUrl, log);
  return new BullmqWakeUps(store, clock, errorLogger(log));
}

function errorLogger(log: Log): (error: Error) => void {
  const toldAt = new Map<string, number>();
  return (error) => {
    const now = performance.now();
    if (now - (toldAt.get(error.message) ?? -Infinity) < REPEAT_AFTER_MS) return;
    if (toldAt.size > 100) toldAt.clear();
    toldAt.set(error.message, now);
    log.warn({ error: error.message }, 'The queue reported an error');
  };
}
