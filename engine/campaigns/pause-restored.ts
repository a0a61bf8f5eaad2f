import type { Work } from '../events/transact';
import { holdMessages } from '../store/tables/campaign-messages';
import { lockStarted, saveCampaign, type CampaignRow } from '../store/tables/campaigns';
import { tellOfCampaigns } from './present-campaign';

/**
 * Pauses campaigns that were running, or should have started, in a store that was restored from a backup: what they have
 * sent since is not known. Those that recur never start late anyway.
 * @returns how many
 */
export async function pauseRestored(work: Work): Promise<number> {
  const paused: CampaignRow[] = [];
  for (const row of await lockStarted(work.sql, work.now)) {
    await holdMessages(work.sql, row.id);
    const held: CampaignRow = { ...row, status: 'paused', paused_reason: 'restored_from_backup' };
    await saveCampaign(work.sql, held);
    paused.push(held);
  }
  if (paused.length > 0) await tellOfCampaigns(work, 'campaign.paused', paused);
  return paused.length;
}
