import { newId } from '../domain/ids';
import type { Mode } from '../domain/mode';
import { EngineError, notFound } from '../errors';
import type { Work } from '../events/transact';
import {
  type AudienceRow,
  deleteAudience,
  findAudience,
  hasPendingStatus,
  insertAudience,
  renameAudience,
} from '../store/tables/audiences';
import { activeCampaignOf } from '../store/tables/campaigns';
import { type ContactRow, contactsOfPage } from '../store/tables/contacts';
import { liveRecurrenceOf } from '../store/tables/recurrences';
import type { Sql } from '../store/sql/database';
import type { CreateAudience } from './audience-schema';
import { addContacts, lockExisting, readContacts } from './contacts';

/** Contacts on one page of an audience. */
export const PAGE_SIZE = 100;

/** Creates an audience with its first contacts. @throws EngineError `invalid_request` with every fault */
export async function createAudience(work: Work, mode: Mode, input: CreateAudience): Promise<AudienceRow> {
  const contacts = readContacts(input.contacts ?? []);
  const row: AudienceRow = {
    id: newId('audience'),
    mode,
    name: input.name,
    contact_count: 0,
    created_at: work.now,
  };
  await insertAudience(work.sql, row);
  const { contact_count } = await addContacts(work, row, contacts);
  return { ...row, contact_count };
}

/** @throws EngineError `not_found` */
export async function getAudience(sql: Sql, mode: Mode, id: string): Promise<AudienceRow> {
  const row = await findAudience(sql, mode, id);
  if (!row) throw notFound('audience', id);
  return row;
}

/** The contacts on one page, in the order they were added. Pages start at 1. */
export async function getContacts(
  sql: Sql,
  audienceId: string,
  page: number,
): Promise<{ contacts: ContactRow[]; hasMore: boolean }> {
  const rows = await contactsOfPage(sql, audienceId, page, PAGE_SIZE);
  return { contacts: rows.slice(0, PAGE_SIZE), hasMore: rows.length > PAGE_SIZE };
}

/** @throws EngineError `not_found` */
export async function rename(work: Work, mode: Mode, id: string, name: string): Promise<AudienceRow> {
  const row = await lockExisting(work, mode, id);
  await renameAudience(work.sql, id, name);
  return { ...row, name };
}

/** Removes an audience with its contacts. @throws EngineError `not_found`, `conflict` while a campaign or recurrence uses it */
export async function removeAudience(work: Work, mode: Mode, id: string): Promise<void> {
  await lockExisting(work, mode, id);
  const campaign = await activeCampaignOf(work.sql, id);
  if (campaign) {
    throw new EngineError(
      'conflict',
      `Campaign ${campaign.id} (${campaign.status}) still uses this audience. Cancel the campaign first, or wait until it ends.`,
    );
  }
  const recurrence = await liveRecurrenceOf(work.sql, id);
  if (recurrence) {
    throw new EngineError(
      'conflict',
      `The recurring message ${recurrence} goes to this audience. Delete it first, or wait until it ends.`,
    );
  }
  if (await hasPendingStatus(work.sql, id)) {
    throw new EngineError(
      'conflict',
      'A status that is still to be sent goes to this audience. Cancel the status first, or wait until it is sent.',
    );
  }
  await deleteAudience(work.sql, id);
}
