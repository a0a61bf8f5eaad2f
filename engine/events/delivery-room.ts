import type { ClaimRoom } from '../store/tables/deliveries';

/** Attempts under way in one process. */
const MOST = 400;
/** Attempts of one webhook under way: at first, and once it has shown that it answers. */
const AT_FIRST = 4;
const MOST_PER_WEBHOOK = 16;
/** As long as nothing comes back from a webhook at all. */
const OF_A_SILENT_ONE = 1;

interface Share {
  underWay: number;
  most: number;
  /** There may be more of it that is due. */
  more: boolean;
}

/**
 * Shares the attempts that one process makes at a time between the webhooks. A webhook's share grows while it answers,
 * so that receivers that hang keep only a few attempts busy, and the rest is for the others.
 */
export class DeliveryRoom {
  private total = 0;
  private full = false;
  private readonly shares = new Map<string, Share>();

  /** How many may be claimed now. */
  free(): ClaimRoom {
    const each: Record<string, number> = {};
    for (const [id, { most, underWay }] of this.shares) each[id] = Math.max(0, most - underWay);
    return { total: MOST - this.total, perWebhook: AT_FIRST, each };
  }

  /** Notes attempts that begin. */
  enter(claimed: readonly { webhook_id: string }[]): void {
    this.total += claimed.length;
    for (const { webhook_id: id } of claimed) {
      const share = this.shares.get(id);
      if (share) share.underWay += 1;
      else this.shares.set(id, { underWay: 1, most: AT_FIRST, more: false });
    }
  }

  /** Notes, of a claim that was made with `given`, which webhooks may have more than was claimed. */
  noteRest(claimed: readonly { webhook_id: string }[], given: ClaimRoom): void {
    this.full = claimed.length >= given.total;
    const counts = new Map<string, number>();
    for (const { webhook_id: id } of claimed) counts.set(id, (counts.get(id) ?? 0) + 1);
    for (const [id, share] of this.shares) {
      share.more = (counts.get(id) ?? 0) >= (given.each[id] ?? given.perWebhook);
      this.forgetIdle(id, share);
    }
  }

  /**
   * Notes that an attempt has ended.
   * @param answered whether anything came back from the webhook, be it a failure.
   * @returns whether to look for more: several are claimed by one statement, so not after each.
   */
  leave(id: string, answered: boolean): boolean {
    const share = this.shares.get(id);
    if (!share) throw new Error(`no attempt of ${id} is under way`);
    this.total -= 1;
    share.underWay -= 1;
    share.most = answered ? Math.min(share.most * 2, MOST_PER_WEBHOOK) : OF_A_SILENT_ONE;
    this.forgetIdle(id, share);
    return this.full || (share.more && share.underWay <= share.most / 2);
  }

  private forgetIdle(id: string, share: Share): void {
    if (share.underWay === 0 && !share.more) this.shares.delete(id);
  }
}
