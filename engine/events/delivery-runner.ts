import type { Clock } from '../async/clock';
import { Rerun } from '../async/rerun';
import { retry } from '../async/retry';
import type { Log } from '../domain/log';
import type { Database } from '../store/sql/database';
import {
  claimDueDeliveries,
  type ClaimedDelivery,
  claimLimitedDeliveries,
  type ClaimRoom,
  nextDeliveryAt,
  releaseStrandedDeliveries,
} from '../store/tables/deliveries';
import type { Encryption } from '../encryption/encryption';
import { GroupedWrites } from '../async/grouped-writes';
import { attemptDelivery } from './attempt-delivery';
import type { Attempted } from './delivery-outcome';
import { DeliveryRoom } from './delivery-room';
import type { Poster } from './post-event';
import { recordAttempts } from './record-attempts';

/** A claim's life: the 10 s of an attempt, and time to record it in a database that is out of reach for a moment. */
const CLAIM_MS = 60_000;
/** Retries are armed this far ahead; the sweep arms those that are due later. */
const HORIZON_MS = 150_000;
const RETRY_MS = 1_000;

export interface DeliveryDependencies {
  database: Database;
  clock: Clock;
  log: Log;
  poster: Poster;
  encryption: Encryption;
  /** Asks for a wake-up of the deliveries; may be lost, the sweep asks again. */
  arm(at: number): void;
}

/** Posts due deliveries when woken, in any number of processes; records what became of them, several at a time. */
export class DeliveryRunner {
  private readonly looks: Rerun;
  private readonly room = new DeliveryRoom();
  private readonly attempts = new Set<Promise<void>>();
  private readonly outcomes: GroupedWrites<Attempted>;

  constructor(private readonly deps: DeliveryDependencies) {
    this.outcomes = new GroupedWrites((attempted) => this.record(attempted));
    this.looks = new Rerun({
      clock: deps.clock,
      run: () => this.look(),
      retryMs: RETRY_MS,
      onError: (error) => deps.log.error({ err: error }, 'deliveries could not be looked at; trying again'),
    });
  }

  /** Looks for due deliveries now; a call while it looks makes it look once more. */
  wake(): void {
    this.looks.wake();
  }

  /** Looks now, and arms what comes next: wake-ups can be lost. */
  async rearm(): Promise<void> {
    const now = new Date(this.deps.clock.now());
    await releaseStrandedDeliveries(this.deps.database, now);
    this.wake();
    this.armSoon(await nextDeliveryAt(this.deps.database, now));
  }

  /** Starts no more attempts and waits for those under way. */
  async close(): Promise<void> {
    await this.looks.close();
    await Promise.all(this.attempts);
    await this.outcomes.settled();
  }

  private async look(): Promise<void> {
    await this.claim(claimDueDeliveries, (claimed, given) => this.room.noteRest(claimed, given));
    // Each attempt of these makes the runner look again: what is left of them need not be noted.
    await this.claim(claimLimitedDeliveries);
  }

  private async claim(
    from: typeof claimLimitedDeliveries,
    note: (claimed: ClaimedDelivery[], given: ClaimRoom) => void = () => undefined,
  ): Promise<void> {
    const given = this.room.free();
    if (given.total <= 0 || this.looks.isClosed) return;
    const now = this.deps.clock.now();
    const claimed = await from(this.deps.database, new Date(now), new Date(now + CLAIM_MS), given);
    this.room.enter(claimed);
    note(claimed, given);
    for (const delivery of claimed) this.start(delivery);
  }

  private start(delivery: ClaimedDelivery): void {
    const attempt = this.attempt(delivery).finally(() => this.attempts.delete(attempt));
    this.attempts.add(attempt);
  }

  private async attempt(delivery: ClaimedDelivery): Promise<void> {
    let answered = false;
    try {
      const result = await attemptDelivery(delivery, this.deps);
      answered = result.status !== null;
      await this.settle({ claim: delivery, result });
    } catch (error) {
      // Its claim runs out, and the same event is posted again, under the same id.
      this.deps.log.error({ err: error, delivery: delivery.id }, 'an attempt could not be made or recorded');
    }
    const maybeMore = this.room.leave(delivery.webhook_id, answered);
    if (maybeMore || delivery.limited) this.wake();
  }

  /** Records an attempt; tries again as long as its claim lasts. */
  private settle(attempted: Attempted): Promise<void> {
    const { clock } = this.deps;
    const backOff = { firstMs: RETRY_MS, longestMs: RETRY_MS };
    return retry(
      clock,
      backOff,
      () => this.outcomes.add(attempted),
      (error) => {
        const hasTime = clock.now() + RETRY_MS < attempted.claim.locked_until.getTime();
        if (this.looks.isClosed || !hasTime) throw error;
      },
    );
  }

  private async record(attempted: Attempted[]): Promise<void> {
    const now = new Date(this.deps.clock.now());
    const { nextAttemptAt, disabled } = await this.deps.database.transaction((tx) =>
      recordAttempts(tx, attempted, now),
    );
    for (const webhook of disabled) {
      this.deps.log.warn({ webhook }, 'a webhook was disabled: nothing reached it in 8 attempts');
    }
    this.armSoon(nextAttemptAt);
  }

  private armSoon(at: Date | null): void {
    if (at && at.getTime() <= this.deps.clock.now() + HORIZON_MS) this.deps.arm(at.getTime());
  }
}
