import type { Mode } from '../domain/mode';
import { notFound } from '../errors';
import { findCampaign, listCampaigns } from '../store/campaigns';
import type { Sql } from '../store/database';
import { presentCampaigns, type ShownCampaign } from './present-campaign';

/** @throws EngineError `not_found` */
export async function getCampaign(sql: Sql, mode: Mode, id: string): Promise<ShownCampaign> {
  const row = await findCampaign(sql, mode, id);
  if (!row) throw notFound('campaign', id);
  const [shown] = await presentCampaigns(sql, [row]);
  return shown!;
}

/** At most `limit` campaigns, newest first, older than `before` where given. */
export async function getCampaigns(
  sql: Sql,
  mode: Mode,
  limit: number,
  before: string | null,
): Promise<ShownCampaign[]> {
  return presentCampaigns(sql, await listCampaigns(sql, mode, limit, before));
}
