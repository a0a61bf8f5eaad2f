import type { Work } from '../events/transact';
import { failed, storeChanges } from '../changes/message-changes';
import { lockStranded } from '../store/tables/campaign-work';
import { saveCampaign, type CampaignRow } from '../store/tables/campaigns';
import { lockPending } from '../store/tables/messages';
import { tellOfCampaigns } from './present-campaign';

/**
 * Ends campaigns whose session was removed, and tells it: no other number is theirs to send from. The removal has failed
 * the messages that were made; those that were made in that very moment fail here, and no more are made.
 */
export async function abortStranded(work: Work): Promise<void> {
  const stranded = await lockStranded(work.sql);
  if (stranded.length === 0) return;
  const aborted: CampaignRow[] = [];
  for (const row of stranded) {
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
