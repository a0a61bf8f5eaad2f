import type { Work } from '../events/transact';
import { shareCampaigns } from '../store/tables/campaigns';
import { canceled, type MessageChange } from './message-changes';

/**
 * Changes after which messages of a campaign wait again, although nothing of them went on the wire: their campaign may
 * have been paused or canceled while they were under way, and then they are held or canceled like those that waited.
 */
export async function asCampaignsStand(work: Work, changes: MessageChange[]): Promise<MessageChange[]> {
  const ids = new Set<string>();
  for (const { row } of changes) if (waitsAgain(row) && row.campaign_id) ids.add(row.campaign_id);
  const statuses = await shareCampaigns(work.sql, [...ids]);
  return changes.map((change) => {
    const { row, events } = change;
    const status = waitsAgain(row) && row.campaign_id ? statuses.get(row.campaign_id) : undefined;
    if (status === 'paused') return { row: { ...row, held: true }, events };
    if (status !== 'aborted') return change;
    const withdrawn = canceled(row, work.now);
    return { row: withdrawn.row, events: [...events, ...withdrawn.events] };
  });
}

function waitsAgain(row: MessageChange['row']): boolean {
  return row.status === 'queued' && row.handed_over_at === null;
}
