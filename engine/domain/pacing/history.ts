/** What pacing needs to know about a message. */
export interface Paced {
  /** Nothing was ever written in its chat. */
  newContact: boolean;
  campaignId: string | null;
}

/** A message that was handed to WhatsApp. */
export interface HandOver extends Paced {
  /** Epoch milliseconds. */
  at: number;
}

/** The messages that were recently handed to WhatsApp, and those claimed that are about to be. */
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

  /** A message was claimed for sending. Until it is handed over or released, it counts in every window. */
  claim(message: Paced, at: number): void {
    for (const times of this.timesOf(message)) times.claim(at);
  }

  /** A claimed message was handed over. Calls must come in order of `at`. */
  handOver(message: Paced, at: number): void {
    for (const times of this.timesOf(message)) times.handOver(at);
  }

  /** A claimed message was not sent. WhatsApp never saw it. */
  release(message: Paced): void {
    for (const times of this.timesOf(message)) times.release();
  }

  /** Adds a message that was handed over without a claim, such as one from the database. */
  add(message: Paced, at: number): void {
    this.claim(message, at);
    this.handOver(message, at);
  }

  /** A message of this campaign was handed over by another number. It counts towards the campaign's own caps. */
  addElsewhere(campaignId: string, at: number): void {
    const times = this.campaign(campaignId);
    times.claim(at);
    times.handOver(at);
  }

  /** Call when the clock may have been set back: anything later than `now` counts as `now`. */
  setBack(now: number): void {
    for (const times of [this.all, this.newContacts, ...this.campaigns.values()]) times.setBack(now);
  }

  /**
   * Forgets everything up to `before`, once no window reaches back that far.
   * @param newContactsBefore the same for new contacts, whose quota may reach back further
   */
  forget(before: number, newContactsBefore = before): void {
    this.all.forget(before);
    this.newContacts.forget(Math.min(before, newContactsBefore));
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

/** When messages were handed over (epoch ms), and how many more are claimed. */
export class Times {
  private readonly at: number[] = [];
  private claimed = 0;
  private everClaimed = 0;
  private lastClaimed = -Infinity;

  claim(at: number): void {
    this.claimed += 1;
    this.everClaimed += 1;
    this.lastClaimed = Math.max(this.lastClaimed, at);
  }

  handOver(at: number): void {
    this.claimed -= 1;
    this.at.push(at);
  }

  release(): void {
    this.claimed -= 1;
  }

  setBack(now: number): void {
    this.lastClaimed = Math.min(this.lastClaimed, now);
    for (let i = this.at.length - 1; i >= 0 && this.at[i]! > now; i -= 1) this.at[i] = now;
  }

  /** The number of claims so far; it never goes down. */
  get serial(): number {
    return this.everClaimed;
  }

  /** When a message was last claimed or handed over. */
  get last(): number {
    return Math.max(this.lastClaimed, this.lastHandedOver);
  }

  get lastHandedOver(): number {
    return this.at.at(-1) ?? -Infinity;
  }

  get isEmpty(): boolean {
    return this.at.length === 0 && this.claimed === 0;
  }

  /**
   * The earliest time when one more message keeps every window of `windowMs` at `most` or fewer. Claimed messages
   * may be handed over at any moment, so they count in every window; `Infinity` while they alone fill it.
   */
  fits(most: number, windowMs: number): number {
    const free = most - this.claimed;
    if (free <= 0) return Infinity;
    const oldest = this.at[this.at.length - free];
    return oldest === undefined ? -Infinity : oldest + windowMs;
  }

  /** Whether one more keeps those handed over after `since`, with those claimed, at `most` or fewer. */
  hasRoom(most: number, since: number): boolean {
    const free = most - this.claimed;
    if (free <= 0) return false;
    const oldest = this.at[this.at.length - free];
    return oldest === undefined || oldest <= since;
  }

  /** How many were handed over after `since`, plus those claimed. */
  countSince(since: number): number {
    let count = this.claimed;
    for (let i = this.at.length - 1; i >= 0 && this.at[i]! > since; i -= 1) count += 1;
    return count;
  }

  forget(before: number): void {
    // In batches: removing from the front of an array takes time in proportion to its length.
    if (this.at.length < 64 || this.at[this.at.length >> 1]! > before) return;
    const first = this.at.findIndex((at) => at > before);
    this.at.splice(0, first === -1 ? this.at.length : first);
  }
}
