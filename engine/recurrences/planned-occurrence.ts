import { canceled, isChangeable, storeChanges } from '../changes/message-changes';
import { tellOfCampaigns } from '../campaigns/present-campaign';
import type { Work } from '../events/transact';
import { lockCampaign, saveCampaign, type CampaignRow } from '../store/tables/campaigns';
import { lockMessage, lockPending, type MessageRow } from '../store/tables/messages';
import type { RecurrenceRow } from '../store/tables/recurrences';

/** What is made of the next occurrence, locked, if it can still be changed; null otherwise. */
export async function lockPlanned(
  work: Work,
  row: RecurrenceRow,
): Promise<{ message: MessageRow } | { campaign: CampaignRow } | null> {
  if (row.planned_id === null) return null;
  if (row.audience_id !== null) {
    const campaign = await lockCampaign(work.sql, row.mode, row.planned_id);
    return campaign && isToStart(campaign) ? { campaign } : null;
  }
  const message = await lockMessage(work.sql, row.mode, row.planned_id);
  return message && isChangeable(message) ? { message } : null;
}

const isToStart = (campaign: CampaignRow): boolean =>
  campaign.started_at === null && (campaign.status === 'pending' || campaign.status === 'paused');

/** Cancels the next occurrence. @returns whether it was still to go */
export async function cancelPlanned(work: Work, row: RecurrenceRow): Promise<boolean> {
  const planned = await lockPlanned(work, row);
  if (planned === null) return false;
  if ('message' in planned) await storeChanges(work, [canceled(planned.message, work.now)]);
  else await abort(work, planned.campaign, null);
  return true;
}

/** Cancels everything of a recurrence that is still to go, messages that were moved too. */
export async function cancelAll(work: Work, row: RecurrenceRow): Promise<void> {
  if (row.audience_id !== null) return void (await cancelPlanned(work, row));
  const pending = await lockPending(work.sql, row.mode, { recurrenceId: row.id });
  await storeChanges(
    work,
    pending.map((message) => canceled(message, work.now)),
  );
}

/** Ends a campaign that has not started. */
export async function abort(
  work: Work,
  campaign: CampaignRow,
  reason: CampaignRow['aborted_reason'],
): Promise<void> {
  const aborted: CampaignRow = {
    ...campaign,
    ...{ status: 'aborted', paused_reason: null, aborted_at: work.now, aborted_reason: reason },
  };
  await saveCampaign(work.sql, aborted);
  await tellOfCampaigns(work, 'campaign.aborted', [aborted]);
}
