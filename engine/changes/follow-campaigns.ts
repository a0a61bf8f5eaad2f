import type { Work } from '../events/transact';
import { shareCampaigns } from '../store/tables/campaigns';
import { canceled, type MessageChange } from './message-changes';

/**
 * For changes that put unsent messages back in their lane: if the campaign was paused or canceled in the meantime, they
 * are held or canceled too, like the messages that never left the lane.
 */
export async function followCampaigns(work: Work, changes: MessageChange[]): Promise<MessageChange[]> {
  const ids = new Set<string>();
  for (const { row } of changes) if (isWaitingAgain(row) && row.campaign_id) ids.add(row.campaign_id);
  const statuses = await shareCampaigns(work.sql, [...ids]);
  return changes.map((change) => {
    const { row, events } = change;
    const status = isWaitingAgain(row) && row.campaign_id ? statuses.get(row.campaign_id) : undefined;
    if (status === 'paused') return { row: { ...row, held: true }, events };
    if (status !== 'aborted') return change;
    const ended = canceled(row, work.now);
    return { row: ended.row, events: [...events, ...ended.events] };
  });
}

function isWaitingAgain(row: MessageChange['row']): boolean {
  return row.status === 'queued' && row.handed_over_at === null;
}
