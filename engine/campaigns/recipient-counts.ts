import { setImmediate as nextTurn } from 'node:timers/promises';
import type { QueuedBefore, RecipientCounts } from '../domain/pacing/forecast/forecast';
import type { CampaignPacing } from '../domain/pacing/settings';
import type { Sql } from '../store/sql/database';
import { listRunning, type CampaignRow } from '../store/tables/campaigns';
import { countContacts, type ContactCount } from '../store/tables/contacts';
import { countWaiting } from '../store/tables/campaign-messages';
import { countContactsByOwner, countPendingByOwner, type OwnerCounts } from '../store/tables/shared-messages';

/** Contacts counted per query: a few milliseconds in which the embedded database serves nobody else. */
const PAGE = 5_000;
const CACHED_FOR_MS = 10 * 60_000;
const MOST_CACHED = 500;
const NOBODY: RecipientCounts = { known: 0, newContacts: 0 };

/** Part of an audience, for a session. */
export interface AudienceRange {
  sessionId: string;
  audienceId: string;
  /** Contacts after this id; null for the first. */
  after: string | null;
  /** Up to and including this id; null for the last. */
  through: string | null;
}

/** Messages waiting to be sent from a session. */
export interface Waiting {
  /** Messages of the campaign itself that already exist. */
  own: RecipientCounts;
  before: QueuedBefore[];
  /** The caps of the other campaigns that have their own. */
  pacings: Map<string, CampaignPacing>;
}

/**
 * Counts the people that campaigns still have to reach. A campaign's counts are cached for ten minutes, so one with
 * 100,000 contacts can be shown every second.
 */
export class RecipientCounter {
  private readonly cache = new Map<string, { counts: RecipientCounts; at: number }>();
  private readonly cacheOfSeveral = new Map<string, { counts: OwnerCounts; at: number }>();

  constructor(private readonly sql: Sql) {}

  async countRange({ sessionId, audienceId, after, through }: AudienceRange): Promise<RecipientCounts> {
    let counts = NOBODY;
    for (let place = after; ;) {
      const page = { after: place, through, limit: PAGE };
      const counted = await countContacts(this.sql, sessionId, audienceId, page);
      counts = sum(counts, countsOf(counted));
      if (counted.total < PAGE) return counts;
      place = counted.last;
      // Give other requests a turn.
      await nextTurn();
    }
  }

  /** The same for several numbers together: how many people belong to which. */
  async countRangeOfSeveral(
    sessionIds: readonly string[],
    { audienceId, after, through }: Omit<AudienceRange, 'sessionId'>,
  ): Promise<OwnerCounts> {
    const counts: OwnerCounts = new Map();
    for (let place = after; ;) {
      const page = { after: place, through, limit: PAGE };
      const counted = await countContactsByOwner(this.sql, audienceId, sessionIds, page);
      addTo(counts, counted.counts);
      if (counted.total < PAGE) return counts;
      place = counted.last;
      await nextTurn();
    }
  }

  /** Whom several numbers still have to reach in a campaign of theirs. @param now epoch milliseconds */
  async leftOfSeveral(
    campaign: CampaignRow,
    sessionIds: readonly string[],
    now: number,
  ): Promise<OwnerCounts> {
    const counts: OwnerCounts = new Map(await countPendingByOwner(this.sql, campaign.id, sessionIds));
    if (campaign.expanded_all) return counts;
    const key = `${campaign.id} ${campaign.expanded_through} ${sessionIds.join()}`;
    const cached = this.cacheOfSeveral.get(key);
    const isFresh = cached && now - cached.at >= 0 && now - cached.at < CACHED_FOR_MS;
    const later = isFresh
      ? cached.counts
      : await this.countRangeOfSeveral(sessionIds, {
          audienceId: campaign.audience_id,
          after: campaign.expanded_through,
          through: campaign.last_contact_id,
        });
    if (this.cacheOfSeveral.size >= MOST_CACHED) this.cacheOfSeveral.clear();
    if (!isFresh) this.cacheOfSeveral.set(key, { counts: later, at: now });
    addTo(counts, later);
    return counts;
  }

  /** The contacts of a campaign that have no message yet. @param now epoch milliseconds */
  async withoutMessage(campaign: CampaignRow, now: number): Promise<RecipientCounts> {
    if (campaign.expanded_all) return NOBODY;
    const key = `${campaign.id} ${campaign.expanded_through}`;
    const cached = this.cache.get(key);
    if (cached && now - cached.at >= 0 && now - cached.at < CACHED_FOR_MS) return cached.counts;
    const counts = await this.countRange({
      sessionId: campaign.session_id,
      audienceId: campaign.audience_id,
      after: campaign.expanded_through,
      through: campaign.last_contact_id,
    });
    if (this.cache.size >= MOST_CACHED) this.cache.clear();
    this.cache.set(key, { counts, at: now });
    return counts;
  }

  /**
   * What waits at a session before or between the messages of a campaign. Campaigns that run at the same time take
   * turns. So before this campaign ends, another one sends what it has queued, plus at most as many messages as this
   * one has in all.
   * @param campaignId null for a campaign that does not exist yet.
   * @param contacts its contacts without a message.
   * @param startsAt single messages that are due later do not count (epoch ms).
   */
  async waiting(
    sessionId: string,
    campaignId: string | null,
    contacts: RecipientCounts,
    startsAt: number,
    now: number,
  ): Promise<Waiting> {
    const others = (await listRunning(this.sql, sessionId)).filter(({ id }) => id !== campaignId);
    const ids = [...others.map(({ id }) => id), ...(campaignId === null ? [] : [campaignId])];
    const rows = await countWaiting(this.sql, sessionId, ids, new Date(startsAt));
    const queued = new Map(rows.map(({ campaign_id: id, ...count }) => [id, countsOf(count)]));
    const queuedOf = (id: string | null): RecipientCounts => queued.get(id) ?? NOBODY;

    const own = campaignId === null ? NOBODY : queuedOf(campaignId);
    const ownTotal = total(own) + total(contacts);
    const before: QueuedBefore[] = [];
    const pacings = new Map<string, CampaignPacing>();
    let unpaced = queuedOf(null);
    for (const other of others) {
      const later = atMost(ownTotal, await this.withoutMessage(other, now));
      // Of one that several numbers send, this one sends its part.
      const counts = partOf(sum(queuedOf(other.id), later), other.session_ids?.length ?? 1);
      if (other.pacing) {
        pacings.set(other.id, other.pacing);
        before.push({ campaignId: other.id, ...counts });
      } else unpaced = sum(unpaced, counts);
    }
    return { own, before: [{ campaignId: null, ...unpaced }, ...before], pacings };
  }
}

export function sum(...all: readonly RecipientCounts[]): RecipientCounts {
  const result = { ...NOBODY };
  for (const { known, newContacts } of all) {
    result.known += known;
    result.newContacts += newContacts;
  }
  return result;
}

function addTo(counts: OwnerCounts, more: OwnerCounts): void {
  for (const [owner, n] of more) counts.set(owner, n + (counts.get(owner) ?? 0));
}

function partOf({ known, newContacts }: RecipientCounts, numbers: number): RecipientCounts {
  return { known: Math.ceil(known / numbers), newContacts: Math.ceil(newContacts / numbers) };
}

export function total({ known, newContacts }: RecipientCounts): number {
  return known + newContacts;
}

function countsOf({ total: all, known }: ContactCount): RecipientCounts {
  return { known, newContacts: all - known };
}

/** At most this many recipients, in the same proportion. */
function atMost(most: number, counts: RecipientCounts): RecipientCounts {
  const all = total(counts);
  if (all <= most) return counts;
  const known = Math.round((counts.known / all) * most);
  return { known, newContacts: most - known };
}
