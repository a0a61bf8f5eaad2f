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
  releaseClaims,
  releaseStrandedDeliveries,
} from '../store/tables/deliveries';
import type { Encryption } from '../encryption/encryption';
import type { NewClaim } from '../store/tables/events';
import { GroupedWrites } from '../async/grouped-writes';
import { attemptDelivery } from './attempt-delivery';
import type { Attempted } from './delivery-outcome';
import type { Response } from './delivery-capacity';
import { DeliveryLines } from './delivery-lines';
import { DeliveryTargets } from './delivery-targets';
import type { Poster, PostResult } from './post-event';
import type { WrittenDeliveries } from './transact';
import { recordAttempts } from './record-attempts';

/** How long a claim lasts: 5 s in line, 10 s for the attempt, and time to record it if the database is unreachable. */
const CLAIM_MS = 60_000;
/**
 * The least time between two records. Until a delivery is recorded, it is made again if the process dies, which its
 * receiver knows by the event's id.
 */
const RECORDS_APART_MS = 200;
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

/**
 * Posts due deliveries, and records the results in groups: those that this process wrote as soon as they are committed,
 * and others when woken. Any number of processes may run one.
 */
export class DeliveryRunner {
  private readonly looks: Rerun;
  private readonly lines: DeliveryLines;
  private readonly targets: DeliveryTargets;
  private readonly attempts = new Set<Promise<void>>();
  private readonly outcomes: GroupedWrites<Attempted>;
  private readonly releases: GroupedWrites<ClaimedDelivery>;
  /** What was due when this process started is claimed first. */
  private hasLooked = false;

  constructor(private readonly deps: DeliveryDependencies) {
    const apart = { clock: deps.clock, ms: RECORDS_APART_MS };
    this.outcomes = new GroupedWrites((attempted) => this.record(attempted), { apart });
    this.releases = new GroupedWrites((claims) => releaseClaims(deps.database, claims));
    this.targets = new DeliveryTargets(deps.database, deps.clock);
    this.lines = new DeliveryLines({
      clock: deps.clock,
      claimMs: this.claimMs,
      start: (delivery) => this.start(delivery),
      release: (deliveries) => this.release(deliveries),
    });
    this.looks = new Rerun({
      clock: deps.clock,
      run: () => this.look(),
      retryMs: RETRY_MS,
      onError: (error) => deps.log.error({ err: error }, 'could not look for deliveries; trying again'),
    });
  }

  /** Looks for due deliveries: now, or at a time (epoch ms). A call during a look causes one more. */
  wake(at = 0): void {
    if (at > this.deps.clock.now()) return this.armSoon(new Date(at));
    // A webhook may have changed.
    this.targets.forget();
    this.looks.wake();
  }

  /**
   * How a transaction claims the deliveries that it writes. They need not be looked for, and if the process dies before
   * it has posted them, they are due again when the claim ends. Null: it leaves them to the next look.
   */
  claimNew(): NewClaim | null {
    const capacity = this.hasLooked && !this.looks.isClosed ? this.lines.freeForNew() : null;
    return capacity && { capacity, lockedUntil: this.lockedUntil(this.deps.clock.now()) };
  }

  /** Posts what a transaction has claimed for this process, and looks for what it has left. Call it after the commit. */
  written({ claimed, left }: WrittenDeliveries): void {
    this.take(claimed);
    if (left.length === 0) return;
    this.lines.capacity.noteLeft(left);
    this.looks.wake();
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
    const looked = this.looks.close();
    this.lines.close();
    await looked;
    this.outcomes.flush();
    while (this.attempts.size > 0) await Promise.all(this.attempts);
    await this.outcomes.settled();
  }

  private get claimMs(): number {
    return this.deps.claimMs ?? CLAIM_MS;
  }

  private lockedUntil(now: number): Date {
    return new Date(now + this.claimMs);
  }

  private async look(): Promise<void> {
    // Without room on the disk, their outcome could not be recorded. When there is room again, the sweep looks.
    if (this.deps.database.room.shortage()) return;
    const due = await this.claim(claimDueDeliveries);
    if (due) this.take(due.claimed, due.given);
    this.hasLooked = true;
    const limited = await this.claim(claimLimitedDeliveries);
    // Each of these attempts wakes the runner again when it is recorded, so there is no need to note what is left.
    if (limited) this.take(limited.claimed);
  }

  private async claim(
    from: typeof claimLimitedDeliveries,
  ): Promise<{ claimed: ClaimedDelivery[]; given: ClaimCapacity } | null> {
    const given = this.lines.capacity.free();
    if (given.total <= 0 || this.looks.isClosed) return null;
    const now = this.deps.clock.now();
    const claimed = await from(this.deps.database, new Date(now), this.lockedUntil(now), given);
    // An UPDATE gives its rows in any order.
    return { claimed: claimed.sort((a, b) => (a.event_id < b.event_id ? -1 : 1)), given };
  }

  private take(claimed: ClaimedDelivery[], given?: ClaimCapacity): void {
    for (const delivery of claimed) this.targets.learn(delivery);
    this.lines.add(claimed, given);
  }

  private start(delivery: ClaimedDelivery): void {
    this.track(this.attempt(delivery));
  }

  /** `close` waits for it. */
  private track(work: Promise<void>): void {
    const tracked = work.finally(() => this.attempts.delete(tracked));
    this.attempts.add(tracked);
  }

  private async attempt(delivery: ClaimedDelivery): Promise<void> {
    let response: Response | null = null;
    try {
      const target = await this.targets.of(delivery.webhook_id);
      if (target) {
        const from = performance.now();
        const result = await attemptDelivery({ ...delivery, ...target }, this.deps);
        if (result.ok)
          this.deps.onDelivered?.((this.deps.clock.now() - delivery.event_created_at.getTime()) / 1000);
        response = { came: result.status !== null, ms: performance.now() - from };
        this.track(this.settle(delivery, result));
      } else this.release([delivery]);
    } catch (error) {
      // When its claim expires, the same event is posted again under the same id.
      this.deps.log.error({ err: error, ...idsOf(delivery) }, 'could not make a delivery attempt');
    }
    if (this.lines.ended(delivery, response)) this.looks.wake();
  }

  /** Makes them due for the next look. If that fails, they are when their claim ends. */
  private release(deliveries: ClaimedDelivery[]): void {
    const released = Promise.all(deliveries.map((delivery) => this.releases.add(delivery)));
    this.track(
      released.then(
        () => this.looks.wake(),
        (error: unknown) => this.deps.log.error({ err: error }, 'could not give up delivery claims'),
      ),
    );
  }

  /** Records an attempt. Keeps trying to while the claim lasts. */
  private async settle(claim: ClaimedDelivery, result: PostResult): Promise<void> {
    const { clock, log } = this.deps;
    const backOff = { firstMs: RETRY_MS, longestMs: RETRY_MS };
    const store = (): Promise<void> => {
      const stored = this.outcomes.add({ claim, result });
      // How many more it may have depends on it.
      if (claim.limited || this.looks.isClosed) this.outcomes.flush();
      return stored;
    };
    try {
      await retry(clock, backOff, store, (error) => {
        const hasTime = clock.now() + RETRY_MS < claim.locked_until.getTime();
        if (this.looks.isClosed || !hasTime) throw error;
      });
    } catch (error) {
      // When its claim expires, the same event is posted again under the same id.
      log.error({ err: error, ...idsOf(claim) }, 'could not record a delivery attempt');
    }
    if (claim.limited) this.looks.wake();
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

/** What log lines name. */
function idsOf({ id, event_id, webhook_id }: ClaimedDelivery) {
  return { delivery_id: id, event_id, webhook_id };
}
