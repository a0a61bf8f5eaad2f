import type { Work } from '../events/transact';
import { holdMessages } from '../store/tables/campaign-messages';
import { lockLoggedOut } from '../store/tables/campaign-work';
import { saveCampaign, type CampaignRow } from '../store/tables/campaigns';
import { tellOfCampaigns } from './present-campaign';

/**
 * Pauses running campaigns whose number was logged out, and tells it: once it is linked again they can be resumed. Their
 * messages would fail one after the other otherwise, and the campaign be over before anybody looked.
 */
export async function pauseLoggedOut(work: Work): Promise<void> {
  const loggedOut = await lockLoggedOut(work.sql);
  if (loggedOut.length === 0) return;
  const paused: CampaignRow[] = [];
  for (const row of loggedOut) {
    await holdMessages(work.sql, row.id);
    const held: CampaignRow = { ...row, status: 'paused', paused_reason: 'session_logged_out' };
    await saveCampaign(work.sql, held);
    paused.push(held);
  }
  await tellOfCampaigns(work, 'campaign.paused', paused);
}
