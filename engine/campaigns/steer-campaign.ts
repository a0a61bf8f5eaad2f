import { isPossible, statusToGoOn, type CampaignAction } from '../domain/campaigns/campaign-status';
import type { Mode } from '../domain/mode';
import { EngineError, notFound } from '../errors';
import type { Work } from '../events/transact';
import { canceled, storeChanges } from '../changes/message-changes';
import { holdMessages, releaseMessages } from '../store/tables/campaign-messages';
import { lockCampaign, saveCampaign, type CampaignRow } from '../store/tables/campaigns';
import { lockPending } from '../store/tables/messages';
import { CAMPAIGNS_LANE } from './campaigns-lane';
import { tellOfCampaigns, type ShownCampaign } from './present-campaign';

const DONE = { pause: 'paused', resume: 'resumed', cancel: 'canceled' } as const;

/**
 * Holds every message that has not been handed over, and makes no more.
 * @param reason why, where it was not its user who paused it.
 * @throws EngineError `not_found`, `conflict` in a status in which there is nothing to pause
 */
export async function pauseCampaign(
  work: Work,
  mode: Mode,
  id: string,
  reason: string | null = null,
): Promise<ShownCampaign> {
  const row = await lockFor(work, mode, id, 'pause');
  await holdMessages(work.sql, id);
  return store(work, { ...row, status: 'paused', paused_reason: reason }, 'campaign.paused');
}

/** Goes on where it stopped. @throws EngineError `not_found`, `conflict` where it is not paused */
export async function resumeCampaign(work: Work, mode: Mode, id: string): Promise<ShownCampaign> {
  const row = await lockFor(work, mode, id, 'resume');
  const status = statusToGoOn(
    row.started_at?.getTime() ?? null,
    row.send_at?.getTime() ?? null,
    work.now.getTime(),
  );
  await releaseMessages(work.sql, id);
  work.wake(row.session_id, work.now.getTime());
  work.wake(CAMPAIGNS_LANE, work.now.getTime());
  const goesOn: CampaignRow = { ...row, status, paused_reason: null };
  if (status === 'pending' || row.started_at !== null) return store(work, goesOn, 'campaign.resumed');
  return store(work, { ...goesOn, started_at: work.now }, 'campaign.resumed', 'campaign.started');
}

/**
 * Withdraws every message that has not been handed over, and makes no more.
 * @throws EngineError `not_found`, `conflict` where nothing is left to withdraw
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

async function store(work: Work, row: CampaignRow, ...events: string[]): Promise<ShownCampaign> {
  await saveCampaign(work.sql, row);
  let shown: ShownCampaign | undefined;
  for (const type of events) [shown] = await tellOfCampaigns(work, type, [row]);
  return shown!;
}

async function lockFor(work: Work, mode: Mode, id: string, action: CampaignAction): Promise<CampaignRow> {
  const row = await lockCampaign(work.sql, mode, id);
  if (!row) throw notFound('campaign', id);
  if (isPossible(action, row.status)) return row;
  throw new EngineError('conflict', `The campaign is ${row.status}, so it cannot be ${DONE[action]}.`);
}
