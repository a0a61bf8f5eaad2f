import type { ClaimCapacity } from '../store/tables/deliveries';

/** The most attempts in progress in one process, and the most deliveries that it has claimed. */
const MOST = 400;
const MOST_CLAIMED = 2_000;
/** The most attempts in progress for one webhook: at first, and once it has shown that it responds, slowly or fast. */
const AT_FIRST = 4;
const MOST_PER_WEBHOOK = 16;
const MOST_PER_FAST_WEBHOOK = 64;
/** So many new deliveries to one webhook may wait for their turn, until it turns out not to respond. */
const MOST_NEW = 32;
/** For a webhook that does not respond at all. */
const IF_SILENT = 1;
/** A webhook that responds within this time is fast. */
const FAST_MS = 50;
/** For a fast webhook so many times more are claimed than are in progress, so that each claim is worth its statement. */
const CLAIMED_AHEAD = 4;

/** How a webhook responded to an attempt. */
export interface Response {
  /** Whether anything came back, even an error. */
  came: boolean;
  /** How long the attempt took. */
  ms: number;
}

const NO_SHARE = { underWay: 0, most: AT_FIRST };

interface Share {
  /** Deliveries that are claimed, and those of them whose attempt is in progress. */
  claimed: number;
  underWay: number;
  /** The most that may be in progress. */
  most: number;
  /** More deliveries to it may be due. */
  more: boolean;
  /** Some were left since the last look began. */
  left: boolean;
}

/**
 * Divides the attempts that one process makes at a time among the webhooks. A webhook's share grows while it responds,
 * so receivers that hang hold up only a few attempts and leave the rest to the others.
 */
export class DeliveryCapacity {
  private claimed = 0;
  private underWay = 0;
  private full = false;
  private readonly shares = new Map<string, Share>();

  /** How many a look may claim now. */
  free(): ClaimCapacity {
    for (const share of this.shares.values()) share.left = false;
    return this.capacity(AT_FIRST, (share) => mostClaimed(share) - share.claimed);
  }

  /** How many new deliveries may be claimed as they are written: none that older ones are before. */
  freeForNew(): ClaimCapacity {
    return this.capacity(MOST_NEW, (share) => (share.more ? 0 : mostNew(share) - share.claimed));
  }

  /** Notes what was claimed. */
  begin(claimed: readonly { webhook_id: string }[]): void {
    this.claimed += claimed.length;
    for (const { webhook_id: id } of claimed) this.shareOf(id).claimed += 1;
  }

  /** Notes which webhooks may have more due than could be claimed within `given`. */
  noteMore(claimed: readonly { webhook_id: string }[], given: ClaimCapacity): void {
    this.full = claimed.length >= given.total;
    const counts = new Map<string, number>();
    for (const { webhook_id: id } of claimed) counts.set(id, (counts.get(id) ?? 0) + 1);
    for (const [id, share] of this.shares) {
      share.more = share.left || (counts.get(id) ?? 0) >= (given.each[id] ?? given.perWebhook);
      this.forgetIdle(id, share);
    }
  }

  /** Notes that deliveries are due that nobody has claimed. */
  noteLeft(webhookIds: readonly string[]): void {
    for (const id of webhookIds) Object.assign(this.shareOf(id), { more: true, left: true });
  }

  /** Whether no more attempts fit, for any webhook. */
  get isFull(): boolean {
    return this.underWay >= MOST;
  }

  /** Whether an attempt may begin. */
  mayStart(id: string): boolean {
    const { underWay, most } = this.shares.get(id) ?? NO_SHARE;
    return underWay < most && !this.isFull;
  }

  start(id: string): void {
    this.shareOf(id).underWay += 1;
    this.underWay += 1;
  }

  /**
   * Notes that an attempt has ended.
   * @param response null if none was made after all.
   * @returns whether to look for more. Not after each attempt, because one statement claims several.
   */
  end(id: string, response: Response | null): boolean {
    const share = this.shares.get(id);
    if (!share || share.underWay === 0) throw new Error(`no attempt of ${id} is under way`);
    this.claimed -= 1;
    this.underWay -= 1;
    share.claimed -= 1;
    share.underWay -= 1;
    if (response) share.most = response.came ? grown(share.most, response.ms) : IF_SILENT;
    this.forgetIdle(id, share);
    return this.full || (share.more && share.claimed <= mostClaimed(share) / 2);
  }

  /** Notes that claims were given up before their attempts began. */
  giveUp(id: string, count: number): void {
    const share = this.shareOf(id);
    this.claimed -= count;
    share.claimed -= count;
    this.noteLeft([id]);
  }

  private capacity(perWebhook: number, freeOf: (share: Share) => number): ClaimCapacity {
    const each: Record<string, number> = {};
    for (const [id, share] of this.shares) each[id] = Math.max(0, freeOf(share));
    return { total: MOST_CLAIMED - this.claimed, perWebhook, each };
  }

  private shareOf(id: string): Share {
    let share = this.shares.get(id);
    if (!share) {
      share = { claimed: 0, underWay: 0, most: AT_FIRST, more: false, left: false };
      this.shares.set(id, share);
    }
    return share;
  }

  private forgetIdle(id: string, share: Share): void {
    if (share.claimed === 0 && !share.more) this.shares.delete(id);
  }
}

/** Not so for a slow one: what is claimed would wait for long. */
function mostClaimed({ most }: Share): number {
  return most > MOST_PER_WEBHOOK ? most * CLAIMED_AHEAD : most;
}

function mostNew(share: Share): number {
  return share.most === IF_SILENT ? IF_SILENT : Math.max(MOST_NEW, mostClaimed(share));
}

function grown(most: number, ms: number): number {
  return Math.min(most * 2, ms < FAST_MS ? MOST_PER_FAST_WEBHOOK : MOST_PER_WEBHOOK);
}
