import type { Work } from '../events/transact';
import { shareCampaigns } from '../store/tables/campaigns';
import { isShared, returnMessages } from '../store/tables/shared-messages';
import { canceled, type MessageChange } from './message-changes';

/**
 * For changes that put unsent messages back in their lane: if the campaign was paused or canceled in the meantime, they
 * are held or canceled too, like the messages that never left the lane. If several numbers send the campaign, any of them
 * may have the message now: after the changes are stored, `returnToNumbers` gives it back.
 */
export async function followCampaigns(work: Work, changes: MessageChange[]): Promise<MessageChange[]> {
  const ids = new Set<string>();
  for (const { row } of changes) if (isWaitingAgain(row) && row.campaign_id) ids.add(row.campaign_id);
  const campaigns = await shareCampaigns(work.sql, [...ids]);
  return changes.map((change) => {
    const { events } = change;
    const campaign =
      change.row.campaign_id && isWaitingAgain(change.row) && campaigns.get(change.row.campaign_id);
    if (!campaign) return change;
    const { id, status, session_ids: numbers } = campaign;
    const row = numbers ? { ...change.row, session_id: id, from_phone: null } : change.row;
    for (const number of numbers ?? []) work.wake(number, row.due_at.getTime());
    if (status === 'paused') return { row: { ...row, held: true }, events };
    if (status !== 'aborted') return { row, events };
    const ended = canceled(row, work.now);
    return { row: ended.row, events: [...events, ...ended.events] };
  });
}

/** Gives messages back to all numbers of their campaign, after `followCampaigns` and the storing of the changes. */
export function returnToNumbers(work: Work, changes: readonly MessageChange[]): void {
  const returned = changes.filter(({ row }) => isShared(row));
  returnMessages(
    work.sql,
    returned.map(({ row }) => row.id),
  );
}

function isWaitingAgain(row: MessageChange['row']): boolean {
  return row.status === 'queued' && row.handed_over_at === null;
}
