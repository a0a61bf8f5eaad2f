/** One message for pacing. */
export interface Paced {
  /** Nothing was written in its chat before. */
  newContact: boolean;
  campaignId: string | null;
}

/** What was handed over of late, and what is on its way there. */
export class PacingHistory {
  readonly all = new Times();
  readonly newContacts = new Times();
  private readonly campaigns = new Map<string, Times>();

  campaign(id: string): Times {
    const known = this.campaigns.get(id);
    if (known) return known;
    const times = new Times();
    this.campaigns.set(id, times);
    return times;
  }

  /** A message was taken for sending at `at`. Until it is handed over it counts at every moment. */
  take(message: Paced, at: number): void {
    for (const times of this.timesOf(message)) times.take(at);
  }

  /** A message that was taken is handed over now. Moments come in their order. */
  handOver(message: Paced, at: number): void {
    for (const times of this.timesOf(message)) times.handOver(at);
  }

  /** A message that was taken came to nothing: WhatsApp saw none of it. */
  drop(message: Paced): void {
    for (const times of this.timesOf(message)) times.drop();
  }

  /** One more that was handed over, where it was not taken before. */
  add(message: Paced, at: number): void {
    this.take(message, at);
    this.handOver(message, at);
  }

  /** The clock shows `now`, and was set back since: what would lie ahead of it counts as of now. */
  setBack(now: number): void {
    for (const times of [this.all, this.newContacts, ...this.campaigns.values()]) times.setBack(now);
  }

  /** Forgets what no window reaches any more. */
  forget(before: number): void {
    for (const times of [this.all, this.newContacts]) times.forget(before);
    for (const [id, times] of this.campaigns) {
      times.forget(before);
      if (times.isEmpty) this.campaigns.delete(id);
    }
  }

  private timesOf({ newContact, campaignId }: Paced): Times[] {
    const times = [this.all];
    if (newContact) times.push(this.newContacts);
    if (campaignId !== null) times.push(this.campaign(campaignId));
    return times;
  }
}

/** Moments of hand-overs, in epoch milliseconds, and how many are still on their way. */
class Times {
  private readonly at: number[] = [];
  private onTheWay = 0;
  private lastTaken = -Infinity;
  private takenCount = 0;

  take(at: number): void {
    this.onTheWay += 1;
    this.takenCount += 1;
    this.lastTaken = Math.max(this.lastTaken, at);
  }

  handOver(at: number): void {
    this.onTheWay -= 1;
    this.at.push(at);
  }

  drop(): void {
    this.onTheWay -= 1;
  }

  setBack(now: number): void {
    this.lastTaken = Math.min(this.lastTaken, now);
    for (let i = this.at.length - 1; i >= 0 && this.at[i]! > now; i -= 1) this.at[i] = now;
  }

  /** How many were ever taken. */
  get serial(): number {
    return this.takenCount;
  }

  /** When the latest was taken or handed over. */
  get last(): number {
    return Math.max(this.lastTaken, this.lastHandedOver);
  }

  get lastHandedOver(): number {
    return this.at.at(-1) ?? -Infinity;
  }

  get isEmpty(): boolean {
    return this.at.length === 0 && this.onTheWay === 0;
  }

  /**
   * The earliest moment at which one more leaves at most `most` in every window of `windowMs`. What is on its way may
   * be handed over at any moment, so it counts in every window; `Infinity` while that alone leaves no room.
   */
  fits(most: number, windowMs: number): number {
    const free = most - this.onTheWay;
    if (free <= 0) return Infinity;
    const oldest = this.at[this.at.length - free];
    return oldest === undefined ? -Infinity : oldest + windowMs;
  }

  /** How many were handed over after `since`, or are on their way. */
  countSince(since: number): number {
    let count = this.onTheWay;
    for (let i = this.at.length - 1; i >= 0 && this.at[i]! > since; i -= 1) count += 1;
    return count;
  }

  forget(before: number): void {
    // In batches: taking off the front costs as much as the whole list is long.
    if (this.at.length < 64 || this.at[this.at.length >> 1]! > before) return;
    const first = this.at.findIndex((at) => at > before);
    this.at.splice(0, first === -1 ? this.at.length : first);
  }
}
