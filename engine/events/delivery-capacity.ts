import type { ClaimCapacity } from '../store/tables/deliveries';

/** The most attempts in progress in one process. */
const MOST = 400;
/** The most attempts in progress for one webhook: at first, and once it has shown that it responds. */
const AT_FIRST = 4;
const MOST_PER_WEBHOOK = 16;
/** For a webhook that does not respond at all. */
const IF_SILENT = 1;

interface Share {
  underWay: number;
  most: number;
  /** More deliveries to it may be due. */
  more: boolean;
}

/**
 * Divides the attempts that one process makes at a time among the webhooks. A webhook's share grows while it responds,
 * so receivers that hang hold up only a few attempts and leave the rest to the others.
 */
export class DeliveryCapacity {
  private total = 0;
  private full = false;
  private readonly shares = new Map<string, Share>();

  /** How many may be claimed now. */
  free(): ClaimCapacity {
    const each: Record<string, number> = {};
    for (const [id, { most, underWay }] of this.shares) each[id] = Math.max(0, most - underWay);
    return { total: MOST - this.total, perWebhook: AT_FIRST, each };
  }

  /** Notes that attempts begin. */
  begin(claimed: readonly { webhook_id: string }[]): void {
    this.total += claimed.length;
    for (const { webhook_id: id } of claimed) {
      const share = this.shares.get(id);
      if (share) share.underWay += 1;
      else this.shares.set(id, { underWay: 1, most: AT_FIRST, more: false });
    }
  }

  /** Notes which webhooks may have more due than could be claimed within `given`. */
  noteMore(claimed: readonly { webhook_id: string }[], given: ClaimCapacity): void {
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
   * @param responded whether anything came back from the webhook, even an error.
   * @returns whether to look for more. Not after each attempt, because one statement claims several.
   */
  end(id: string, responded: boolean): boolean {
    const share = this.shares.get(id);
    if (!share) throw new Error(`no attempt of ${id} is under way`);
    this.total -= 1;
    share.underWay -= 1;
    share.most = responded ? Math.min(share.most * 2, MOST_PER_WEBHOOK) : IF_SILENT;
    this.forgetIdle(id, share);
    return this.full || (share.more && share.underWay <= share.most / 2);
  }

  private forgetIdle(id: string, share: Share): void {
    if (share.underWay === 0 && !share.more) this.shares.delete(id);
  }
}
