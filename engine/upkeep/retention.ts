import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../async/clock';
import { Rerun } from '../async/rerun';
import { FIRST_BATCH, nextBatchSize } from '../domain/batch-size';
import type { Log } from '../domain/log';
import type { Database } from '../store/sql/database';
import { startOf, takeStep, type Walk } from '../store/sql/walk';
import { lifetimes, type KeptFor } from './lifetimes';
import { Turn } from './turn';

export interface RetentionDependencies extends KeptFor {
  database: Database;
  clock: Clock;
  log: Log;
}

const LOOK_MS = 60_000;
const LEAST_PAUSE_MS = 10 * 60_000;
/** The share of the time between two rounds in which the database works on them. */
const SHARE_OF_TIME = 0.01;
/** The share of its own time in which a round keeps the database busy. */
const SHARE_OF_ROUND = 0.25;

/**
 * Removes what was kept long enough, a few rows at a time: see `lifetimes.ts`. Of several processes, one does it at a time.
 * Every step is a transaction of its own, and a round that was interrupted begins anew.
 */
export class Retention {
  private readonly turn: Turn;
  private readonly rounds: Rerun;

  constructor(private readonly deps: RetentionDependencies) {
    this.turn = new Turn(deps.database, deps.clock, 'retention');
    this.rounds = new Rerun({
      clock: deps.clock,
      run: () => this.runInTurn(),
      everyMs: LOOK_MS,
      retryMs: LOOK_MS,
      onError: (error) =>
        deps.log.error({ err: error }, 'a round of removing old rows failed; it will run again'),
    });
  }

  start(): void {
    this.rounds.wake();
  }

  /** Resolves after the step that is under way. */
  close(): Promise<void> {
    return this.rounds.close();
  }

  /** One round, if it is time for one and no other process has the turn. */
  async runInTurn(): Promise<void> {
    if (!(await this.turn.take())) return;
    let nextAt: number | null = null;
    try {
      const workedMs = await this.run();
      if (!this.rounds.isClosed)
        nextAt = this.deps.clock.now() + Math.max(LEAST_PAUSE_MS, workedMs / SHARE_OF_TIME);
    } finally {
      await this.turn.end(nextAt);
    }
  }

  /** One round. @returns how long the database worked on it */
  async run(): Promise<number> {
    const { clock, log } = this.deps;
    const removed: Record<string, number> = {};
    let workedMs = 0;
    for (const [walk, params] of lifetimes(this.deps, clock.now())) {
      const { changed, ms } = await this.walk(walk, params);
      if (changed > 0) removed[walk.table] = (removed[walk.table] ?? 0) + changed;
      workedMs += ms;
    }
    if (Object.keys(removed).length > 0) log.info({ removed }, 'removed what was kept long enough');
    return workedMs;
  }

  private async walk(walk: Walk, params: readonly Date[]): Promise<{ changed: number; ms: number }> {
    const sum = { changed: 0, ms: 0 };
    let size = FIRST_BATCH;
    let place = startOf(walk);
    while (!this.rounds.isClosed) {
      const step = await takeStep(this.deps.database, walk, place, size, params);
      sum.changed += step.changed;
      sum.ms += step.ms;
      if (step.isLast) break;
      ({ place } = step);
      size = nextBatchSize(size, step);
      // Others come first: after each step the database is free for a multiple of its time.
      await pause(step.ms / SHARE_OF_ROUND);
      await this.turn.keep();
    }
    return sum;
  }
}
