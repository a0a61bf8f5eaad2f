import type { Clock } from '../async/clock';
import type { Transact } from '../events/transact';
import { lockAudience } from '../store/tables/audiences';
import { findDueOccurrences, lockCampaign, saveCampaign, type CampaignRow } from '../store/tables/campaigns';
import { lastContactId } from '../store/tables/contacts';
import type { Sql } from '../store/sql/database';
import { tellOfCampaigns } from './present-campaign';

/** Starts the campaigns of recurrences that are due, with the contacts that their audiences have now. */
export async function startOccurrences(deps: {
  database: Sql;
  transact: Transact;
  clock: Clock;
}): Promise<void> {
  const due = await findDueOccurrences(deps.database, new Date(deps.clock.now()));
  for (const { id, mode, audience_id: audienceId } of due)
    await deps.transact(async (work) => {
      // Locked before the campaign, as everywhere, and so that its count matches the contacts exactly.
      const audience = await lockAudience(work.sql, mode, audienceId);
      const row = await lockCampaign(work.sql, mode, id);
      if (row?.status !== 'pending' || (row.start_by !== null && row.start_by <= work.now)) return;
      const started: CampaignRow = {
        ...row,
        status: 'running',
        started_at: work.now,
        last_contact_id: await lastContactId(work.sql, audienceId),
        total_count: audience?.contact_count ?? 0,
        expanded_all: (audience?.contact_count ?? 0) === 0,
      };
      await saveCampaign(work.sql, started);
      await tellOfCampaigns(work, 'campaign.started', [started]);
    });
}
