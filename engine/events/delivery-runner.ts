import type { Clock } from '../async/clock';
import { Rerun } from '../async/rerun';
import { retry } from '../async/retry';
import type { Log } from '../domain/log';
import type { Tracer } from '../domain/tracing';
import type { Database } from '../store/sql/database';
import {
  claimDueDeliveries,
  type ClaimedDelivery,
  claimLimitedDeliveries,
  type ClaimCapacity,
  nextDeliveryAt,
  releaseStrandedDeliveries,
} from '../store/tables/deliveries';
import type { Encryption } from '../encryption/encryption';
import { GroupedWrites } from '../async/grouped-writes';
import { attemptDelivery } from './attempt-delivery';
import type { Attempted } from './delivery-outcome';
import { DeliveryCapacity } from './delivery-capacity';
import type { Poster } from './post-event';
import { recordAttempts } from './record-attempts';

/** How long a claim lasts: 10 s for the attempt, and time to record it if the database is unreachable for a while. */
const CLAIM_MS = 60_000;
/** Retries are armed this far ahead. The sweep arms those that are due later. */
const HORIZON_MS = 150_000;
const RETRY_MS = 1_000;

export interface DeliveryDependencies {
  database: Database;
  clock: Clock;
  log: Log;
  poster: Poster;
  encryption: Encryption;
  /** Requests a wake-up of the deliveries. It may get lost: the sweep requests it again. */
  arm(at: number): void;
  /** How long a claim lasts. Usually `CLAIM_MS`. */
  claimMs?: number;
  tracer?: Tracer;
  /** Called when a receiver has an event, with the seconds since the event. */
  onDelivered?(lagSeconds: number): void;
}

/** Posts due deliveries when woken, and records the results in groups. Any number of processes may run one. */
export class DeliveryRunner {
  private readonly looks: Rerun;
  private readonly capacity = new DeliveryCapacity();
  private readonly attempts = new Set<Promise<void>>();
  private readonly outcomes: GroupedWrites<Attempted>;

  constructor(private readonly deps: DeliveryDependencies) {
    this.outcomes = new GroupedWrites((attempted) => this.record(attempted));
    this.looks = new Rerun({
      clock: deps.clock,
      run: () => this.look(),
      retryMs: RETRY_MS,
      onError: (error) => deps.log.error({ err: error }, 'could not look for deliveries; trying again'),
    });
  }

  /** Looks for due deliveries: now, or at a time (epoch ms). A call during a look causes one more. */
  wake(at = 0): void {
    if (at > this.deps.clock.now()) this.armSoon(new Date(at));
    else this.looks.wake();
  }

  /** Looks, and arms the next wake-up again, because wake-ups can be lost. */
  async rearm(): Promise<void> {
    const now = new Date(this.deps.clock.now());
    await releaseStrandedDeliveries(this.deps.database, now);
    this.wake();
    this.armSoon(await nextDeliveryAt(this.deps.database, now));
  }

  /** Starts no more attempts, and waits for those in progress. */
  async close(): Promise<void> {
    await this.looks.close();
    await Promise.all(this.attempts);
    await this.outcomes.settled();
  }

  private async look(): Promise<void> {
    await this.claim(claimDueDeliveries, (claimed, given) => this.capacity.noteMore(claimed, given));
    // Each of these attempts wakes the runner again when it ends, so there is no need to note what is left.
    await this.claim(claimLimitedDeliveries);
  }

  private async claim(
    from: typeof claimLimitedDeliveries,
    note: (claimed: ClaimedDelivery[], given: ClaimCapacity) => void = () => undefined,
  ): Promise<void> {
    const given = this.capacity.free();
    if (given.total <= 0 || this.looks.isClosed) return;
    const now = this.deps.clock.now();
    const claimed = await from(
      this.deps.database,
      new Date(now),
      new Date(now + (this.deps.claimMs ?? CLAIM_MS)),
      given,
    );
    this.capacity.begin(claimed);
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
      if (result.ok)
        this.deps.onDelivered?.((this.deps.clock.now() - delivery.event_created_at.getTime()) / 1000);
      await this.settle({ claim: delivery, result });
    } catch (error) {
      // When its claim expires, the same event is posted again under the same id.
      this.deps.log.error(
        {
          err: error,
          delivery_id: delivery.id,
          event_id: delivery.event_id,
          webhook_id: delivery.webhook_id,
        },
        'could not make or record a delivery attempt',
      );
    }
    const maybeMore = this.capacity.end(delivery.webhook_id, answered);
    if (maybeMore || delivery.limited) this.wake();
  }

  /** Records an attempt. Keeps trying to while the claim lasts. */
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
      this.deps.log.warn(
        { webhook_id: webhook },
        'a webhook was disabled because 8 attempts did not reach it',
      );
    }
    this.armSoon(nextAttemptAt);
  }

  private armSoon(at: Date | null): void {
    if (at && at.getTime() <= this.deps.clock.now() + HORIZON_MS) this.deps.arm(at.getTime());
  }
}
