import type { Mode } from '../domain/mode';
import { notFound } from '../errors';
import { findCampaign, listCampaigns } from '../store/tables/campaigns';
import type { Sql } from '../store/sql/database';
import type { Forecasts } from './forecast/forecasts';
import { presentCampaigns, type ForeseenCampaign, type ShownCampaign } from './present-campaign';

/** A campaign as it is now, and when it will end. @throws EngineError `not_found` */
export async function getCampaign(
  sql: Sql,
  mode: Mode,
  id: string,
  forecasts: Forecasts,
  now: Date,
): Promise<ForeseenCampaign> {
  const row = await findCampaign(sql, mode, id);
  if (!row) throw notFound('campaign', id);
  const [shown] = await presentCampaigns(sql, [row]);
  return { ...shown!, forecast: await forecasts.ofCampaign(row, now.getTime()) };
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
