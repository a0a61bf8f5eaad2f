import type { ClaimRoom } from '../store/delivery-claims';

/** Attempts under way in one process. */
const MOST = 200;
/** Attempts of one webhook under way; more are claimed when half of them have ended, several by one statement. */
const MOST_PER_WEBHOOK = 16;
/** As long as nothing comes back from a webhook at all, it gets no more of the process than this. */
const MOST_OF_A_SILENT_ONE = 2;

/**
 * Shares the attempts that one process makes at a time between the webhooks: a receiver that hangs keeps two of them
 * busy, the rest is for the others.
 */
export class DeliveryRoom {
  private total = 0;
  private readonly underWay = new Map<string, number>();
  private readonly silent = new Set<string>();
  /** Webhooks of which there may be more that is due. */
  private readonly crowded = new Set<string>();
  private full = false;

  /** How many may be claimed now. */
  free(): ClaimRoom {
    const fewer: Record<string, number> = {};
    for (const id of [...this.silent, ...this.underWay.keys()]) fewer[id] = this.freeOf(id);
    return { total: MOST - this.total, perWebhook: MOST_PER_WEBHOOK, fewer };
  }

  /** Notes what was claimed in the room that `free` gave. */
  enter(claimed: readonly { webhook_id: string }[], given: ClaimRoom): void {
    this.full = claimed.length >= given.total;
    const counts = new Map<string, number>();
    for (const { webhook_id: id } of claimed) counts.set(id, (counts.get(id) ?? 0) + 1);
    for (const [id, count] of counts) {
      this.underWay.set(id, (this.underWay.get(id) ?? 0) + count);
      this.total += count;
    }
    for (const id of new Set([...counts.keys(), ...this.underWay.keys()])) {
      const most = given.fewer[id] ?? given.perWebhook;
      if ((counts.get(id) ?? 0) >= most) this.crowded.add(id);
      else this.crowded.delete(id);
    }
  }

  /**
   * Notes that an attempt has ended.
   * @param answered whether anything came back from the webhook, be it a failure.
   * @returns whether there may be more to claim now.
   */
  leave(id: string, answered: boolean): boolean {
    const left = (this.underWay.get(id) ?? 1) - 1;
    this.total -= 1;
    if (left > 0) this.underWay.set(id, left);
    else this.underWay.delete(id);
    if (answered) this.silent.delete(id);
    else this.silent.add(id);
    return this.full || (this.crowded.has(id) && left <= this.mostOf(id) / 2);
  }

  private mostOf(id: string): number {
    return this.silent.has(id) ? MOST_OF_A_SILENT_ONE : MOST_PER_WEBHOOK;
  }

  private freeOf(id: string): number {
    return Math.max(0, this.mostOf(id) - (this.underWay.get(id) ?? 0));
  }
}
