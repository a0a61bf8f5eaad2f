import type { Crowd } from '../../domain/pacing/forecast/terms';
import type { CampaignRow } from '../../store/tables/campaigns';
import { countContacts, type CrowdCount } from '../../store/tables/contact-counts';
import type { Sql } from '../../store/sql/database';

/** Contacts counted in one query: on the embedded database, which others wait for, some milliseconds. */
const AT_ONCE = 5_000;
/** How long a count of contacts is good enough. */
const GOOD_FOR_MS = 10 * 60_000;
const MOST_KEPT = 500;

/** A part of an audience, in its order. */
export interface Stretch {
  sessionId: string;
  audienceId: string;
  /** Contacts after this id; null from the first. */
  after: string | null;
  /** Up to and with this id; null to the last. */
  through: string | null;
}

/**
 * Counts known people and new contacts of audiences, and remembers for some minutes what it counted of a campaign, so that
 * one of 100,000 contacts may be looked at every second.
 */
export class Crowds {
  private readonly counted = new Map<string, { crowd: Crowd; at: number }>();

  constructor(private readonly sql: Sql) {}

  /** Counts contacts now, a few thousand at a time. */
  async count({ sessionId, audienceId, after, through }: Stretch): Promise<Crowd> {
    const crowd: Crowd = { known: 0, newContacts: 0 };
    for (let place = after; ;) {
      const page = { after: place, through, limit: AT_ONCE };
      const count = await countContacts(this.sql, sessionId, audienceId, page);
      const { known, newContacts } = crowdOf(count);
      crowd.known += known;
      crowd.newContacts += newContacts;
      if (count.total < AT_ONCE) return crowd;
      place = count.last;
      // Requests that came in meanwhile are read before the next count.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  /** The contacts of a campaign whose messages are still to be made. @param now epoch milliseconds */
  async unmade(campaign: CampaignRow, now: number): Promise<Crowd> {
    if (campaign.expanded_all) return { known: 0, newContacts: 0 };
    const key = `${campaign.id} ${campaign.expanded_through}`;
    const kept = this.counted.get(key);
    if (kept && now - kept.at >= 0 && now - kept.at < GOOD_FOR_MS) return kept.crowd;
    const crowd = await this.count({
      sessionId: campaign.session_id,
      audienceId: campaign.audience_id,
      after: campaign.expanded_through,
      through: campaign.last_contact_id,
    });
    if (this.counted.size >= MOST_KEPT) this.counted.clear();
    this.counted.set(key, { crowd, at: now });
    return crowd;
  }
}

export function crowdOf({ total, known }: CrowdCount): Crowd {
  return { known, newContacts: total - known };
}

export function together(...crowds: readonly Crowd[]): Crowd {
  const sum = (numberOf: (crowd: Crowd) => number): number =>
    crowds.reduce((total, crowd) => total + numberOf(crowd), 0);
  return { known: sum((crowd) => crowd.known), newContacts: sum((crowd) => crowd.newContacts) };
}

export function sizeOf({ known, newContacts }: Crowd): number {
  return known + newContacts;
}
