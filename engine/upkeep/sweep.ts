import type { Clock } from '../async/clock';
import type { Log } from '../domain/log';
import type { Transact } from '../events/transact';
import { failed, storeChanges } from '../changes/message-changes';
import type { Database } from '../store/sql/database';
import { dropHeld } from '../store/tables/deliveries';
import { deleteOldEvents } from '../store/tables/events';
import { deleteOldIdempotencyRecords } from '../store/tables/idempotency-records';
import { deleteOldInboundContent } from '../store/tables/inbound-messages';
import { lockDueOfLoggedOut, lockExpired, lockOrphaned } from '../store/tables/lane-messages';
import { deleteOldUploads } from '../store/tables/session-keys';
import { deleteOldRequests } from '../store/tables/session-requests';
import { retireExpiredWebhooks } from '../store/tables/webhooks';

export interface SweepDependencies {
  database: Database;
  transact: Transact;
  clock: Clock;
  log: Log;
  /** Looks at every lane and the deliveries of this process now, and arms their wake-ups anew. */
  rearm(): Promise<void>;
}

/** The contract: every minute what is due is armed again, and `expired` comes within 15 s of its moment. */
export const SWEEP_MS = 60_000;
const EXPIRY_MS = 5_000;
const FAIL_AT_ONCE = 500;
/** Events stay readable for this long; held ones are given up after 72 hours. */
const EVENTS_LIFE_MS = 30 * 24 * 3_600_000;
const HELD_LIFE_MS = 72 * 3_600_000;
/** WhatsApp keeps an uploaded file for about this long. */
const UPLOADS_LIFE_MS = 14 * 24 * 3_600_000;
/** How long an inbound message can be quoted and its file fetched. */
const INBOUND_LIFE_MS = 30 * 24 * 3_600_000;
const REQUESTS_LIFE_MS = 3_600_000;

/**
 * What makes lost wake-ups harmless: looks at the rows themselves, at the start and again and again. Every process
 * may run it; nothing in it depends on who does.
 */
export class Sweep {
  private cancels: (() => void)[] = [];
  private running = new Set<Promise<void>>();
  private closed = false;

  constructor(private readonly deps: SweepDependencies) {}

  /** Runs everything once, then keeps it going. */
  async start(): Promise<void> {
    await this.repeat(EXPIRY_MS, 0, () => this.failHopeless());
    await this.repeat(SWEEP_MS, 1, () => this.everyMinute());
    await this.repeat(SWEEP_MS * 10, 2, () => this.tidy());
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cancels.forEach((cancel) => cancel());
    await Promise.all(this.running);
  }

  private async repeat(everyMs: number, slot: number, action: () => Promise<void>): Promise<void> {
    if (this.closed) return;
    const run = action().catch((error: unknown) => {
      this.deps.log.error({ err: error }, 'a sweep broke off; it comes again');
    });
    this.running.add(run);
    await run;
    this.running.delete(run);
    if (this.closed) return;
    this.cancels[slot] = this.deps.clock.after(everyMs, () => void this.repeat(everyMs, slot, action));
  }

  /** Fails what could not be sent in time, and what is due of a number that was logged out: nobody will send it. */
  private async failHopeless(): Promise<void> {
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

  private async everyMinute(): Promise<void> {
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
    await deleteOldEvents(database, new Date(now - EVENTS_LIFE_MS));
  }
}
