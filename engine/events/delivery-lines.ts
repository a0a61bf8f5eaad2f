import type { Clock } from '../async/clock';
import { Timers } from '../async/timers';
import type { ClaimedDelivery, ClaimCapacity } from '../store/tables/deliveries';
import { DeliveryCapacity, type Response } from './delivery-capacity';
import { DeliveryLine } from './delivery-line';

/** What has waited for so long is given up, so that it is read again before it goes. */
const MOST_WAIT_MS = 5_000;

export interface LinesDependencies {
  clock: Clock;
  /** How long a claim lasts. */
  claimMs: number;
  /** Begins an attempt. `DeliveryLines.ended` says that it is over. */
  start(delivery: ClaimedDelivery): void;
  /** Gives up claims under which no attempt was begun. */
  release(deliveries: ClaimedDelivery[]): void;
}

/** The deliveries that this process has claimed, until their attempts begin: a line for each webhook. */
export class DeliveryLines {
  readonly capacity = new DeliveryCapacity();
  private readonly lines = new Map<string, DeliveryLine<ClaimedDelivery>>();
  private readonly timers: Timers;
  /** For each line that waits for answers: cancels the timer that ends its patience. */
  private readonly patience = new Map<string, () => void>();
  private isClosed = false;

  constructor(private readonly deps: LinesDependencies) {
    this.timers = new Timers(deps.clock);
  }

  /**
   * Begins the attempts that fit, and keeps the rest in line.
   * @param given how many a look could have claimed; absent if it was none, or does not say what else is due.
   */
  add(claimed: readonly ClaimedDelivery[], given?: ClaimCapacity): void {
    this.capacity.begin(claimed);
    if (given) this.capacity.noteMore(claimed, given);
    for (const delivery of claimed) this.lineOf(delivery.webhook_id).add(delivery);
    for (const id of new Set(claimed.map(({ webhook_id: webhook }) => webhook))) this.advance(id);
  }

  /**
   * Notes that an attempt has ended. If its webhook did not respond, those in line for it are given up.
   * @param response null if none was made after all.
   * @returns whether to look for more.
   */
  ended(delivery: ClaimedDelivery, response: Response | null): boolean {
    const wasFull = this.capacity.isFull;
    const { webhook_id: id } = delivery;
    this.lineOf(id).ended(delivery);
    const mayBeMore = this.capacity.end(id, response);
    if (response && !response.came) this.giveUp(id);
    if (wasFull) for (const each of [...this.lines.keys()]) this.advance(each);
    else this.advance(id);
    return mayBeMore;
  }

  /** Begins nothing more, and gives up what is in line. */
  close(): void {
    this.isClosed = true;
    this.timers.stop();
    for (const id of [...this.lines.keys()]) this.giveUp(id);
  }

  /** For new deliveries, see `DeliveryCapacity`. */
  freeForNew(): ClaimCapacity | null {
    const free = this.capacity.freeForNew();
    return this.isClosed || free.total <= 0 ? null : free;
  }

  private lineOf(id: string): DeliveryLine<ClaimedDelivery> {
    let line = this.lines.get(id);
    if (!line) this.lines.set(id, (line = new DeliveryLine()));
    return line;
  }

  private advance(id: string): void {
    const line = this.lineOf(id);
    if (this.isClosed) return this.giveUp(id);
    const now = this.deps.clock.now();
    while (this.capacity.mayStart(id)) {
      const next = line.next(now);
      if (!next) {
        this.advanceAfter(id, line.nextIn(now));
        break;
      }
      if (now > this.claimedAt(next) + Math.min(MOST_WAIT_MS, this.deps.claimMs / 2)) {
        line.ended(next);
        this.release(id, [next]);
        continue;
      }
      this.capacity.start(id);
      this.deps.start(next);
    }
    if (line.isIdle) this.lines.delete(id);
  }

  private claimedAt({ locked_until: until }: ClaimedDelivery): number {
    return until.getTime() - this.deps.claimMs;
  }

  private advanceAfter(id: string, ms: number | null): void {
    this.patience.get(id)?.();
    this.patience.delete(id);
    if (ms === null) return;
    const cancel = this.timers.after(ms, () => {
      this.patience.delete(id);
      this.advance(id);
    });
    this.patience.set(id, cancel);
  }

  private giveUp(id: string): void {
    this.release(id, this.lineOf(id).drain());
    if (this.lineOf(id).isIdle) this.lines.delete(id);
  }

  private release(id: string, deliveries: ClaimedDelivery[]): void {
    if (deliveries.length === 0) return;
    this.capacity.giveUp(id, deliveries.length);
    this.deps.release(deliveries);
  }
}
