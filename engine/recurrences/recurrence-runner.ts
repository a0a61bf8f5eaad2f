import type { Clock } from '../async/clock';
import { Rerun } from '../async/rerun';
import type { Log } from '../domain/log';
import type { Transact } from '../events/transact';
import type { Sql } from '../store/sql/database';
import { findDueRecurrences } from '../store/tables/recurrences';
import { stepRecurrence } from './step-recurrence';

export interface RecurrenceRunnerDependencies {
  database: Sql;
  transact: Transact;
  clock: Clock;
  log: Log;
}

/** The next occurrence is made long before its time, so a second matters little. */
const ROUND_MS = 1_000;
const AT_ONCE = 100;

/**
 * Moves recurrences on: makes the next occurrence once one has been sent or its time is over. Every process may run one: it
 * locks each recurrence that it works on, and after a crash the next round continues.
 */
export class RecurrenceRunner {
  private readonly rounds: Rerun;

  constructor(private readonly deps: RecurrenceRunnerDependencies) {
    this.rounds = new Rerun({
      clock: deps.clock,
      run: () => this.look(),
      everyMs: ROUND_MS,
      retryMs: ROUND_MS,
      onError: (error) =>
        deps.log.error({ err: error }, 'could not move recurring messages on; trying again'),
    });
  }

  start(): void {
    this.rounds.wake();
  }

  /** One round over all recurrences. Rejects if the database cannot be reached. */
  async look(): Promise<void> {
    const { database, transact, clock } = this.deps;
    let moved: number;
    let ids: string[];
    do {
      ids = await findDueRecurrences(database, new Date(clock.now()), AT_ONCE);
      moved = 0;
      for (const id of ids) {
        if (this.rounds.isClosed) return;
        if (await transact((work) => stepRecurrence(work, id))) moved += 1;
      }
      // Those that another process has locked are left to it.
    } while (ids.length === AT_ONCE && moved > 0);
  }

  close(): Promise<void> {
    return this.rounds.close();
  }
}
