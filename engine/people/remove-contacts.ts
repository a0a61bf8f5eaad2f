import type { Mode } from '../domain/mode';
import type { Work } from '../events/transact';
import { addToContactCount, lockAudience } from '../store/tables/audiences';
import { forgetContact } from '../store/tables/campaigns';
import { deleteContact, type ContactRow } from '../store/tables/contacts';

/**
 * Removes contacts from their audiences. Campaigns that have not reached one no longer count it.
 * @param contacts in the order of their audiences, so that two callers cannot deadlock
 */
export async function removeContacts(
  work: Work,
  mode: Mode,
  contacts: readonly Pick<ContactRow, 'id' | 'audience_id'>[],
): Promise<void> {
  for (const { id, audience_id: audienceId } of contacts) {
    await lockAudience(work.sql, mode, audienceId);
    await forgetContact(work.sql, audienceId, id);
    await deleteContact(work.sql, id);
    await addToContactCount(work.sql, audienceId, -1);
  }
}
