import type { Ahead, Crowd } from '../../domain/pacing/forecast/terms';
import type { CampaignPacing } from '../../domain/pacing/settings';
import { listRunning } from '../../store/tables/campaign-work';
import { countWaiting } from '../../store/tables/contact-counts';
import type { Sql } from '../../store/sql/database';
import { crowdOf, sizeOf, together, type Crowds } from './audience-sizes';

const NOBODY: Crowd = { known: 0, newContacts: 0 };

/** What waits at a session. */
export interface Waiting {
  /** Messages of this campaign that are made. */
  ours: Crowd;
  ahead: Ahead[];
  /** The caps of those other campaigns that have some. */
  pacings: Map<string, CampaignPacing>;
}

/**
 * What of a session's messages goes before, and between, those of a campaign. Campaigns that run at the same time take
 * turns, so that of another one no more goes before the end of this than this one has itself, and what was made of
 * the other already.
 * @param campaign null for one that is still to be made.
 * @param contacts its people whose messages are not made.
 * @param dueBy when it begins to send; single messages that are due later are not looked at.
 */
export async function whatIsAhead(
  sql: Sql,
  crowds: Crowds,
  sessionId: string,
  campaign: string | null,
  contacts: Crowd,
  dueBy: number,
  now: number,
): Promise<Waiting> {
  const others = (await listRunning(sql, sessionId)).filter(({ id }) => id !== campaign);
  const ids = [...others.map(({ id }) => id), ...(campaign === null ? [] : [campaign])];
  const counts = await countWaiting(sql, sessionId, ids, new Date(dueBy));
  const made = new Map(counts.map(({ campaign_id: id, ...count }) => [id, crowdOf(count)]));
  const madeOf = (id: string | null): Crowd => made.get(id) ?? NOBODY;

  const ours = campaign === null ? NOBODY : madeOf(campaign);
  const share = sizeOf(ours) + sizeOf(contacts);
  const ahead: Ahead[] = [];
  const pacings = new Map<string, CampaignPacing>();
  let free = madeOf(null);
  for (const other of others) {
    const crowd = together(madeOf(other.id), atMost(share, await crowds.unmade(other, now)));
    if (other.pacing) {
      pacings.set(other.id, other.pacing);
      ahead.push({ campaignId: other.id, ...crowd });
    } else free = together(free, crowd);
  }
  return { ours, ahead: [{ campaignId: null, ...free }, ...ahead], pacings };
}

/** Of a crowd that is larger, so many people, mixed as it is. */
function atMost(most: number, crowd: Crowd): Crowd {
  const size = sizeOf(crowd);
  if (size <= most) return crowd;
  const known = Math.round((crowd.known / size) * most);
  return { known, newContacts: most - known };
}
