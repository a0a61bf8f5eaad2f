/** How long an event waits for the answer to the one before it in its chat. That one was received long before. */
export const PATIENCE_MS = 1_000;

interface Queued {
  id: string;
  /** Deliveries of the same chat go in their order; null: of no chat. */
  chat: string | null;
}

/**
 * One webhook's deliveries that wait for their turn. Those of one chat go one after the other, in the order in which they
 * came; different chats do not wait for each other.
 */
export class DeliveryLine<Delivery extends Queued> {
  private readonly waiting: Delivery[] = [];
  /** The delivery of each chat that is under way, and since when (epoch ms). */
  private readonly underWay = new Map<string, { id: string; since: number }>();

  add(delivery: Delivery): void {
    this.waiting.push(delivery);
  }

  /** Whether nothing waits or is under way in a chat. */
  get isIdle(): boolean {
    return this.waiting.length === 0 && this.underWay.size === 0;
  }

  /** Takes the next whose turn it is; undefined if there is none. */
  next(now: number): Delivery | undefined {
    const passed = new Set<string>();
    const index = this.waiting.findIndex(({ chat }) => {
      if (chat === null) return true;
      if (passed.size < passed.add(chat).size) return this.waitFor(chat, now) === 0;
      return false;
    });
    if (index < 0) return undefined;
    const [delivery] = this.waiting.splice(index, 1);
    if (delivery!.chat !== null) this.underWay.set(delivery!.chat, { id: delivery!.id, since: now });
    return delivery;
  }

  /** In how many milliseconds the next one may go although none has ended; null if nothing waits. */
  nextIn(now: number): number | null {
    const waits = this.waiting.map(({ chat }) => (chat === null ? 0 : this.waitFor(chat, now)));
    return waits.length === 0 ? null : Math.min(...waits);
  }

  /** Notes that an attempt has ended. */
  ended({ id, chat }: Queued): void {
    if (chat !== null && this.underWay.get(chat)?.id === id) this.underWay.delete(chat);
  }

  /** Takes out everything that waits. */
  drain(): Delivery[] {
    return this.waiting.splice(0);
  }

  private waitFor(chat: string, now: number): number {
    const current = this.underWay.get(chat);
    return current ? Math.max(0, current.since + PATIENCE_MS - now) : 0;
  }
}
