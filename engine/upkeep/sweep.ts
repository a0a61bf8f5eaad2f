import type { Clock } from '../async/clock';
import { Rerun } from '../async/rerun';
import type { Log } from '../domain/log';
import type { Transact } from '../events/transact';
import { failed, storeChanges } from '../changes/message-changes';
import type { Database } from '../store/sql/database';
import { deleteExpiredChatMessages } from '../store/tables/chat-messages';
import { dropHeld } from '../store/tables/deliveries';
import { lockDueOfLoggedOut, lockExpired, lockOrphaned } from '../store/tables/lane-messages';
import { retireExpiredWebhooks } from '../store/tables/webhooks';

export interface SweepDependencies {
  database: Database;
  transact: Transact;
  clock: Clock;
  log: Log;
  /** Tells of messages that came without their content, if that is late. */
  tellOverdue(): Promise<void>;
  /** Gives chats back to the bot whose takeover is over. */
  giveBackChats(): Promise<void>;
  /** Finishes erasures of people that were interrupted. */
  finishErasures(): Promise<void>;
  /** Wakes every lane and the deliveries of this process, and arms their wake-ups again. */
  rearm(): Promise<void>;
  /** How long until they are armed again. Usually `SWEEP_MS`. */
  rearmMs?: number;
}

/** From the contract: due work is armed again every minute, and a message fails as `expired` within 15 s. */
export const SWEEP_MS = 60_000;
const EXPIRY_MS = 5_000;
const TIDY_MS = 10 * SWEEP_MS;
/** From the contract: history forgets a message within a minute of its time. */
const DISAPPEARED_MS = SWEEP_MS / 2;
const FAIL_AT_ONCE = 500;
/** So few that the database is soon free for others again. */
const FORGET_AT_ONCE = 200;
/** From the contract. */
const HELD_LIFE_MS = 72 * 3_600_000;

/**
 * Makes lost wake-ups harmless: it looks at the rows themselves, at startup and then periodically. Every process may
 * run one.
 */
export class Sweep {
  private readonly jobs: Rerun[];
  private closed = false;

  constructor(private readonly deps: SweepDependencies) {
    const { clock, log } = deps;
    const onError = (error: unknown): void => log.error({ err: error }, 'a sweep failed; it will run again');
    const every = (everyMs: number, run: () => Promise<void>): Rerun =>
      new Rerun({ clock, run, everyMs, retryMs: everyMs, onError });
    this.jobs = [
      every(EXPIRY_MS, () => this.failUnsendable()),
      every(EXPIRY_MS, () => deps.tellOverdue()),
      every(EXPIRY_MS, () => deps.giveBackChats()),
      every(SWEEP_MS, () => deps.finishErasures()),
      every(DISAPPEARED_MS, () => this.forgetDisappeared()),
      every(deps.rearmMs ?? SWEEP_MS, () => this.rearm()),
      every(TIDY_MS, () => this.tidy()),
    ];
  }

  /** Runs everything once, one job after the other, and then repeats each. */
  async start(): Promise<void> {
    for (const job of this.jobs) {
      job.wake();
      await job.idle();
    }
  }

  /** Starts no more jobs, and resolves when the current ones have ended. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.jobs.map((job) => job.close()));
  }

  /** Fails messages that expired, and those due on a number that was logged out. */
  private async failUnsendable(): Promise<void> {
    await this.failAll('expired', lockExpired);
    await this.failAll('session_logged_out', lockDueOfLoggedOut);
  }

  private async failAll(reason: string, lock: typeof lockExpired): Promise<void> {
    let found: number;
    do {
      found = await this.deps.transact(async (work) => {
        const rows = await lock(work.sql, work.now, FAIL_AT_ONCE);
        if (rows.length > 0) {
          await storeChanges(
            work,
            rows.map((row) => failed(row, reason, work.now)),
          );
        }
        return rows.length;
      });
    } while (found === FAIL_AT_ONCE && !this.closed);
  }

  private async forgetDisappeared(): Promise<void> {
    const { database, clock } = this.deps;
    const now = new Date(clock.now());
    while (
      !this.closed &&
      (await deleteExpiredChatMessages(database, now, FORGET_AT_ONCE)) === FORGET_AT_ONCE
    );
  }

  private async rearm(): Promise<void> {
    await this.deps.rearm();
    await retireExpiredWebhooks(this.deps.database, new Date(this.deps.clock.now()));
  }

  private async tidy(): Promise<void> {
    const { database, clock } = this.deps;
    await this.failAll('session_logged_out', (sql, _now, limit) => lockOrphaned(sql, limit));
    const heldBefore = new Date(clock.now() - HELD_LIFE_MS);
    while (!this.closed && (await dropHeld(database, heldBefore, FORGET_AT_ONCE)) === FORGET_AT_ONCE);
  }
}
