import type { Clock } from '../async/clock';
import { Rerun } from '../async/rerun';
import { LONGEST_TAKEOVER_HOURS } from '../domain/chats/takeover';
import type { Log } from '../domain/log';
import type { Transact } from '../events/transact';
import { failed, storeChanges } from '../changes/message-changes';
import type { Database } from '../store/sql/database';
import { deleteExpiredChatMessages, deleteOldChatMessages } from '../store/tables/chat-messages';
import { deleteOldChats } from '../store/tables/chats';
import { dropHeld } from '../store/tables/deliveries';
import { deleteOldEvents } from '../store/tables/events';
import { deleteOldIdempotencyRecords } from '../store/tables/idempotency-records';
import { deleteOldAccounts } from '../store/tables/known-accounts';
import { deleteOldInboundContent } from '../store/tables/inbound-messages';
import { lockDueOfLoggedOut, lockExpired, lockOrphaned } from '../store/tables/lane-messages';
import { deleteOldOwnActs } from '../store/tables/own-acts';
import { deleteOldUploads } from '../store/tables/session-keys';
import { deleteOldTakeovers } from '../store/tables/takeovers';
import { deleteOldRequests } from '../store/tables/session-requests';
import { retireExpiredWebhooks } from '../store/tables/webhooks';
import { ACCOUNT_FOUND_FOR_MS, ACCOUNT_MISSING_FOR_MS } from '../transport/session-memory';

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
  /** How many days the history of chats is kept. */
  historyDays: number;
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
const DAY_MS = 24 * 3_600_000;
/** Events stay readable for 30 days. Held deliveries are dropped after 72 hours. */
const EVENTS_LIFE_MS = 30 * DAY_MS;
const HELD_LIFE_MS = 72 * 3_600_000;
/** WhatsApp keeps an uploaded file for about this long. */
const UPLOADS_LIFE_MS = 14 * 24 * 3_600_000;
/** How long an inbound message can be quoted and its file fetched. */
const INBOUND_LIFE_MS = 30 * 24 * 3_600_000;
/** WhatsApp keeps what a device has not got for 30 days. */
const OWN_ACTS_LIFE_MS = 40 * DAY_MS;
const REQUESTS_LIFE_MS = 3_600_000;

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

  private forgetDisappeared(): Promise<void> {
    return this.forgetAll(deleteExpiredChatMessages, this.deps.clock.now());
  }

  /** Removes the history that is too old. */
  private async forgetOld(): Promise<void> {
    const before = this.deps.clock.now() - this.deps.historyDays * DAY_MS;
    await this.forgetAll(deleteOldChatMessages, before);
    await this.forgetAll(deleteOldChats, before);
  }

  /** @param time epoch milliseconds */
  private async forgetAll(forget: typeof deleteOldChats, time: number): Promise<void> {
    const { database } = this.deps;
    while (!this.closed && (await forget(database, new Date(time), FORGET_AT_ONCE)) === FORGET_AT_ONCE);
  }

  private async rearm(): Promise<void> {
    await this.deps.rearm();
    await retireExpiredWebhooks(this.deps.database, new Date(this.deps.clock.now()));
  }

  private async tidy(): Promise<void> {
    const { database, clock } = this.deps;
    const now = clock.now();
    await this.failAll('session_logged_out', (sql, _now, limit) => lockOrphaned(sql, limit));
    await dropHeld(database, new Date(now - HELD_LIFE_MS));
    await deleteOldIdempotencyRecords(database, new Date(now));
    await deleteOldUploads(database, new Date(now - UPLOADS_LIFE_MS));
    await deleteOldInboundContent(database, new Date(now - INBOUND_LIFE_MS));
    await deleteOldRequests(database, new Date(now - REQUESTS_LIFE_MS));
    await deleteOldAccounts(database, {
      foundBefore: new Date(now - ACCOUNT_FOUND_FOR_MS),
      missingBefore: new Date(now - ACCOUNT_MISSING_FOR_MS),
    });
    await deleteOldOwnActs(database, new Date(now - OWN_ACTS_LIFE_MS));
    await deleteOldTakeovers(database, new Date(now - LONGEST_TAKEOVER_HOURS * 3_600_000));
    await deleteOldEvents(database, new Date(now - EVENTS_LIFE_MS));
    await this.forgetOld();
  }
}
