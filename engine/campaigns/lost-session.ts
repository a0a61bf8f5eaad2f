import { failed, storeChanges } from '../changes/message-changes';
import type { Work } from '../events/transact';
import { holdMessages } from '../store/tables/campaign-messages';
import { lockLoggedOut, lockStranded, saveCampaign, type CampaignRow } from '../store/tables/campaigns';
import { lockPending } from '../store/tables/messages';
import { tellOfCampaigns } from './present-campaign';

/**
 * Aborts campaigns whose session was removed, since no other number may send them. Removing the session failed their
 * messages; any created at that very moment are failed here.
 */
export async function abortRemoved(work: Work): Promise<void> {
  const rows = await lockStranded(work.sql);
  if (rows.length === 0) return;
  const aborted: CampaignRow[] = [];
  for (const row of rows) {
    const pending = await lockPending(work.sql, row.mode, { campaignId: row.id });
    await storeChanges(
      work,
      pending.map((message) => failed(message, 'session_logged_out', work.now)),
    );
    const ended: CampaignRow = {
      ...row,
      status: 'aborted',
      paused_reason: null,
      aborted_at: work.now,
      aborted_reason: 'session_removed',
    };
    await saveCampaign(work.sql, ended);
    aborted.push(ended);
  }
  await tellOfCampaigns(work, 'campaign.aborted', aborted);
}

/**
 * Pauses running campaigns whose number was logged out, so that they can be resumed once it is linked again. Otherwise
 * their messages would fail one by one, and the campaign would be over before anyone noticed.
 */
export async function pauseLoggedOut(work: Work): Promise<void> {
  const rows = await lockLoggedOut(work.sql);
  if (rows.length === 0) return;
  const paused: CampaignRow[] = [];
  for (const row of rows) {
    await holdMessages(work.sql, row.id);
    const held: CampaignRow = { ...row, status: 'paused', paused_reason: 'session_logged_out' };
    await saveCampaign(work.sql, held);
    paused.push(held);
  }
  await tellOfCampaigns(work, 'campaign.paused', paused);
}
