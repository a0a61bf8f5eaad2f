import type { PastHandOver } from '../domain/pacing/forecast/terms';
import { DAY_MS } from '../domain/pacing/limits';
import { PACING_BOUNDS } from '../domain/pacing/settings';
import type { Sql } from '../store/sql/database';
import { listHandOvers } from '../store/tables/pacing';

/**
 * What a session handed over in the last 24 hours of its own time, in its order; by any owner, so that caps hold over
 * restarts. @param now epoch milliseconds
 */
export async function listPastHandOvers(
  sql: Sql,
  sessionId: string,
  now: number,
  speed: number,
): Promise<PastHandOver[]> {
  const since = new Date(now - DAY_MS / speed);
  // More than any cap allows need not be known.
  const rows = await listHandOvers(sql, sessionId, since, PACING_BOUNDS.per_day.most);
  return rows.map(({ at, new_contact: newContact, campaign_id: campaignId }) => ({
    newContact,
    campaignId,
    at: Math.min(at.getTime(), now),
  }));
}
