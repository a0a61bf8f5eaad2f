import type { Mode } from '../domain/mode';
import type { WaitingFor } from '../domain/waiting/waiting-for';
import type { Sql } from '../store/sql/database';
import { findCampaigns } from '../store/tables/campaigns';
import type { WaitingReasons } from '../waiting/waiting-reasons';

/** Adds to campaigns what they wait for, as they are stored now. Events do not have it. */
export async function withWaits<Shown extends { id: string }>(
  sql: Sql,
  mode: Mode,
  shown: readonly Shown[],
  waiting: WaitingReasons,
  now: Date,
): Promise<(Shown & { waiting_for: WaitingFor | null })[]> {
  const ids = shown.map(({ id }) => id);
  const rows = new Map((await findCampaigns(sql, mode, ids)).map((row) => [row.id, row]));
  const waitingFor = await waiting.ofCampaigns(sql, [...rows.values()], now);
  return shown.map((campaign) => {
    const row = rows.get(campaign.id);
    return { ...campaign, waiting_for: row ? waitingFor(row) : null };
  });
}
