import type { Clock } from '../domain/clock';
import type { Log } from '../domain/log';
import { nextDeliveryAttempt } from '../domain/retry-schedule';
import type { Database } from '../store/database';
import {
  claimDueDeliveries,
  disableUnreachable,
  nextDeliveryAt,
  retireSatisfiedWebhooks,
  saveOutcomes,
  type ClaimedDelivery,
  type DeliveryOutcome,
} from '../store/deliveries';
import type { Encryption } from '../store/encryption';
import { GroupedWrites } from '../store/grouped-writes';
import { attemptDelivery } from './attempt-delivery';
import type { Poster, PostResult } from './post-event';

/** A claim's life: the 10 s of an attempt and the time that it may stand in line before. */
const CLAIM_MS = 60_000;
const CLAIM_AT_ONCE = 50;
const MOST_UNDER_WAY = 200;
/** Attempts of one webhook under way; a receiver that hangs leaves room for the others. */
const MOST_PER_WEBHOOK = 32;
/** Retries are armed this far ahead; the sweep arms those that are due later. */
const HORIZON_MS = 150_000;

export interface DeliveryDependencies {
  database: Database;
  clock: Clock;
  log: Log;
  poster: Poster;
  encryption: Encryption;
  /** Asks for a wake-up of the deliveries; may be lost, the sweep asks again. */
  arm(at: number): void;
}

interface Attempted {
  delivery: ClaimedDelivery;
  result: PostResult;
}

/** Posts due deliveries when woken, in any number of processes; records what became of them, several at a time. */
export class DeliveryRunner {
  private looking: Promise<void> | null = null;
  private lookAgain = false;
  private closed = false;
  /** There may be more that is due than fits at this moment. */
  private more = false;
  private readonly underWay = new Map<string, number>();
  private readonly attempts = new Set<Promise<void>>();
  private readonly outcomes: GroupedWrites<Attempted>;

  constructor(private readonly deps: DeliveryDependencies) {
    this.outcomes = new GroupedWrites((attempted) => this.record(attempted));
  }

  /** Looks for due deliveries now; a call while it looks makes it look once more. */
  wake(): void {
    this.lookAgain = true;
    this.looking ??= this.look().finally(() => (this.looking = null));
  }

  /** Looks now, and arms what comes next: wake-ups can be lost. */
  async rearm(): Promise<void> {
    this.wake();
    this.armSoon(await nextDeliveryAt(this.deps.database));
  }

  /** Starts no more attempts and waits for those under way. */
  async close(): Promise<void> {
    this.closed = true;
    await this.looking;
    await Promise.all(this.attempts);
    await this.outcomes.settled();
  }

  private async look(): Promise<void> {
    try {
      while (this.lookAgain && !this.closed) {
        this.lookAgain = false;
        await this.claimWhatFits();
      }
    } catch (error) {
      this.deps.log.error({ err: error }, 'deliveries could not be looked at; trying again');
      this.deps.clock.after(1_000, () => this.wake());
    }
  }

  private async claimWhatFits(): Promise<void> {
    this.more = true;
    while (!this.closed && this.attempts.size < MOST_UNDER_WAY) {
      const now = this.deps.clock.now();
      const saturated = [...this.underWay].filter(([, count]) => count >= MOST_PER_WEBHOOK).map(([id]) => id);
      const room = Math.min(CLAIM_AT_ONCE, MOST_UNDER_WAY - this.attempts.size);
      const claimed = await claimDueDeliveries(
        this.deps.database,
        new Date(now),
        new Date(now + CLAIM_MS),
        room,
        saturated,
      );
      for (const delivery of claimed) this.start(delivery);
      if (claimed.length < room) {
        this.more = saturated.length > 0;
        return;
      }
    }
  }

  private start(delivery: ClaimedDelivery): void {
    const id = delivery.webhook_id;
    this.underWay.set(id, (this.underWay.get(id) ?? 0) + 1);
    const attempt = attemptDelivery(delivery, this.deps)
      .then((result) => this.outcomes.add({ delivery, result }))
      .catch((error: unknown) => {
        // Not recorded: the claim runs out and the same event is posted again, under the same id.
        this.deps.log.error({ err: error, delivery: delivery.id }, 'an attempt could not be recorded');
      })
      .finally(() => {
        this.attempts.delete(attempt);
        const left = (this.underWay.get(id) ?? 1) - 1;
        if (left > 0) this.underWay.set(id, left);
        else this.underWay.delete(id);
        if (this.more || delivery.one_at_a_time) this.wake();
      });
    this.attempts.add(attempt);
  }

  private async record(attempted: Attempted[]): Promise<void> {
    const now = new Date(this.deps.clock.now());
    const outcomes = attempted.map(({ delivery, result }) => outcomeOf(delivery, result, now));
    await this.deps.database.transaction(async (tx) => {
      await saveOutcomes(tx, outcomes, now);
      const reached = attempted.filter(({ result }) => result.ok).map(({ delivery }) => delivery.webhook_id);
      if (reached.length > 0) await retireSatisfiedWebhooks(tx, [...new Set(reached)], now);
      for (const outcome of outcomes.filter(({ status }) => status === 'failed')) {
        if (await disableUnreachable(tx, outcome.id, now)) {
          this.deps.log.warn(
            { delivery: outcome.id },
            'a webhook was disabled: nothing reached it in 8 attempts',
          );
        }
      }
    });
    for (const outcome of outcomes) this.armSoon(outcome.next_attempt_at);
  }

  private armSoon(at: Date | null): void {
    if (at && at.getTime() <= this.deps.clock.now() + HORIZON_MS) this.deps.arm(at.getTime());
  }
}

function outcomeOf(delivery: ClaimedDelivery, result: PostResult, now: Date): DeliveryOutcome {
  const delay = nextDeliveryAttempt(delivery.attempts + 1);
  const failed = delay === null ? 'failed' : 'pending';
  return {
    id: delivery.id,
    status: result.ok ? 'delivered' : failed,
    next_attempt_at: result.ok || delay === null ? null : new Date(now.getTime() + delay),
    response_status: result.status,
    error: result.ok ? null : result.error,
  };
}
