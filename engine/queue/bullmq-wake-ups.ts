import { Queue, Worker, type QueueOptions, type WorkerOptions } from 'bullmq';
import { systemClock, type Clock } from '../async/clock';
import { withDeadline } from '../async/deadline';
import { EngineError } from '../errors';
import { Coalescer } from '../async/coalescer';
import type { WakeUps } from './wake-ups';

/** BullMQ waits forever for a store that it has never reached. */
const STORE_TIMEOUT_MS = 10_000;

/** How BullMQ reaches its store, Redis or PostgreSQL. */
export interface QueueStore {
  queue(name: string, options: Partial<QueueOptions>): Queue;
  worker(name: string, process: () => Promise<void>, options: Partial<WorkerOptions>): Worker;
  /** Rejects if the store cannot be reached. */
  check(): Promise<void>;
  /** Calls `action` whenever the store is back after it was out of reach, if it may have lost something. */
  onReturn(action: () => void): void;
  close(): Promise<void>;
}

const WORKER_OPTIONS = {
  concurrency: 1,
  // A wake-up takes milliseconds. Its lock only matters if the process dies in between.
  skipLockRenewal: true,
  lockDuration: 15_000,
  stalledInterval: 15_000,
  maxStalledCount: 1_000,
  runRetryDelay: 2_000,
} satisfies Partial<WorkerOptions>;

const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true, attempts: 1 };

/** Nothing here reads BullMQ's event stream. */
const QUEUE_OPTIONS = { streams: { events: { maxLen: 16 } } } satisfies Partial<QueueOptions>;

/**
 * Wake-ups as BullMQ jobs: one queue per lane, one job per lane and time.
 *
 * BullMQ ignores an added job while one with the same id exists, even if that one is active. So `onWakeUp` is called when
 * the job is gone: that call sees whatever was armed before, and whatever is armed later makes a new job.
 */
export class BullmqWakeUps implements WakeUps {
  private readonly queues = new Map<string, Queue>();
  private readonly workers = new Set<Worker>();
  private readonly adding = new Coalescer();

  constructor(
    private readonly store: QueueStore,
    private readonly clock: Clock,
    private readonly onError: (error: Error) => void,
  ) {}

  arm(lane: string, at: number): Promise<void> {
    const delay = Math.max(0, Math.ceil(at - this.clock.now()));
    const jobId = delay === 0 ? 'now' : `at-${Math.ceil(at)}`;
    return this.adding.run(`${lane} ${jobId}`, () =>
      this.reach(async () => {
        await this.queue(lane).add('wake-up', {}, { ...JOB_OPTIONS, jobId, delay });
      }),
    );
  }

  async work(lane: string, onWakeUp: () => void): Promise<() => Promise<void>> {
    const worker = this.store.worker(laneQueue(lane), async () => undefined, WORKER_OPTIONS);
    this.workers.add(worker);
    worker.on('completed', onWakeUp);
    worker.on('failed', onWakeUp);
    worker.on('error', (error) => {
      this.onError(error);
      // A job may have been lost, so look to be safe.
      onWakeUp();
    });
    return () => this.stop(worker);
  }

  check(): Promise<void> {
    return this.reach(() => this.store.check());
  }

  wipe(lane: string): Promise<void> {
    return this.reach(() => this.queue(lane).drain(true));
  }

  onReturn(action: () => void): void {
    this.store.onReturn(action);
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers].map((worker) => this.stop(worker)));
    await Promise.all([...this.queues.values()].map((queue) => queue.close().catch(this.onError)));
    this.queues.clear();
    await this.store.close();
  }

  private async stop(worker: Worker): Promise<void> {
    if (!this.workers.delete(worker)) return;
    worker.removeAllListeners('completed');
    worker.removeAllListeners('failed');
    worker.removeAllListeners('error');
    worker.on('error', this.onError);
    await worker.close();
  }

  private queue(lane: string): Queue {
    let queue = this.queues.get(lane);
    if (!queue) {
      queue = this.store.queue(laneQueue(lane), QUEUE_OPTIONS);
      queue.on('error', this.onError);
      this.queues.set(lane, queue);
    }
    return queue;
  }

  private async reach<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await withDeadline(systemClock, STORE_TIMEOUT_MS, action);
    } catch (error) {
      const unavailable = new EngineError(
        'unavailable',
        'The queue cannot be reached. Try again when it is back.',
      );
      unavailable.cause = error;
      throw unavailable;
    }
  }
}

function laneQueue(lane: string): string {
  return `lane-${lane}`;
}
