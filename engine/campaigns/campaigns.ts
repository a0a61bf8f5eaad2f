import type { EventType } from '../domain/events/event-types';
import { canceled, storeChanges } from '../changes/message-changes';
import { isPossible, statusWhenActive, type CampaignAction } from '../domain/campaigns/campaign-status';
import type { Mode } from '../domain/mode';
import { EngineError, notFound } from '../errors';
import type { Work } from '../events/transact';
import type { Sql } from '../store/sql/database';
import { holdMessages, releaseMessages } from '../store/tables/campaign-messages';
import {
  findCampaign,
  listCampaigns,
  lockCampaign,
  saveCampaign,
  type CampaignRow,
} from '../store/tables/campaigns';
import { lockPending } from '../store/tables/messages';
import type { Forecasts } from './forecasts';
import {
  presentCampaigns,
  tellOfCampaigns,
  type ForeseenCampaign,
  type ShownCampaign,
} from './present-campaign';

/** Waking this lane starts a round of the campaign runner, in whichever process gets the wake-up. */
export const CAMPAIGNS_LANE = 'campaigns';

const PAST_TENSE = { pause: 'paused', resume: 'resumed', cancel: 'canceled' } as const;

/** A campaign with its forecast. @throws EngineError `not_found` */
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

/** At most `limit` campaigns, newest first. @param before only those older than this id; null for all */
export async function getCampaigns(
  sql: Sql,
  mode: Mode,
  limit: number,
  before: string | null,
): Promise<ShownCampaign[]> {
  return presentCampaigns(sql, await listCampaigns(sql, mode, limit, before));
}

/**
 * Holds every message that was not handed over yet, and creates no more.
 * @throws EngineError `not_found`; `conflict` in a status that cannot be paused
 */
export async function pauseCampaign(work: Work, mode: Mode, id: string): Promise<ShownCampaign> {
  const row = await lockFor(work, mode, id, 'pause');
  await holdMessages(work.sql, id);
  return store(work, { ...row, status: 'paused', paused_reason: null }, 'campaign.paused');
}

/** Continues a paused campaign. @throws EngineError `not_found`; `conflict` if it is not paused */
export async function resumeCampaign(work: Work, mode: Mode, id: string): Promise<ShownCampaign> {
  const row = await lockFor(work, mode, id, 'resume');
  const status = statusWhenActive(
    row.started_at?.getTime() ?? null,
    row.send_at?.getTime() ?? null,
    work.now.getTime(),
  );
  await releaseMessages(work.sql, id);
  for (const id of row.session_ids ?? [row.session_id]) work.wake(id, work.now.getTime());
  work.wake(CAMPAIGNS_LANE, work.now.getTime());
  // A campaign that is resumed late is meant to go late.
  const startBy = row.start_by !== null && row.start_by <= work.now ? null : row.start_by;
  const isOccurrence = row.recurrence_id !== null && row.started_at === null;
  const resumed: CampaignRow = {
    ...row,
    ...{ status: isOccurrence ? 'pending' : status, paused_reason: null, start_by: startBy },
  };
  if (resumed.status === 'pending' || row.started_at !== null)
    return store(work, resumed, 'campaign.resumed');
  return store(work, { ...resumed, started_at: work.now }, 'campaign.resumed', 'campaign.started');
}

/**
 * Cancels every message that was not handed over yet, and creates no more.
 * @throws EngineError `not_found`; `conflict` if the campaign has ended
 */
export async function cancelCampaign(work: Work, mode: Mode, id: string): Promise<ShownCampaign> {
  const row = await lockFor(work, mode, id, 'cancel');
  const pending = await lockPending(work.sql, mode, { campaignId: id });
  await storeChanges(
    work,
    pending.map((message) => canceled(message, work.now)),
  );
  const aborted: CampaignRow = { ...row, status: 'aborted', paused_reason: null, aborted_at: work.now };
  return store(work, aborted, 'campaign.aborted');
}

async function store(work: Work, row: CampaignRow, ...events: EventType[]): Promise<ShownCampaign> {
  await saveCampaign(work.sql, row);
  let shown: ShownCampaign | undefined;
  for (const type of events) [shown] = await tellOfCampaigns(work, type, [row]);
  return shown!;
}

async function lockFor(work: Work, mode: Mode, id: string, action: CampaignAction): Promise<CampaignRow> {
  const row = await lockCampaign(work.sql, mode, id);
  if (!row) throw notFound('campaign', id);
  if (isPossible(action, row.status)) return row;
  throw new EngineError('conflict', `The campaign is ${row.status}, so it cannot be ${PAST_TENSE[action]}.`);
}
