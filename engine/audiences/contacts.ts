import { newIdsAfter } from '../domain/ids';
import type { Mode } from '../domain/mode';
import { parseRecipient } from '../domain/messages/recipient';
import { EngineError, Faults, notFound } from '../errors';
import type { Work } from '../events/transact';
import { addToContactCount, lockAudience, type AudienceRow } from '../store/tables/audiences';
import { forgetContact } from '../store/tables/campaigns';
import {
  type ContactRow,
  deleteContact,
  findContact,
  insertContacts,
  lastContactId,
  saveContact,
} from '../store/tables/contacts';
import type { EditContact, NewContact } from './audience-schema';
import { readContact, readVariables, type ReadContact } from './read-contact';

/**
 * Reads the contacts of a request.
 * @throws EngineError `invalid_request` with every fault of every contact
 */
export function readContacts(inputs: readonly NewContact[]): ReadContact[] {
  const faults = new Faults();
  const contacts = inputs.map((input, index) => readContact(input, faults.within(`contacts.${index}`)));
  faults.throwIfAny();
  return contacts.filter((contact) => contact !== null);
}

/** @throws EngineError `not_found` */
export async function lockExisting(work: Work, mode: Mode, id: string): Promise<AudienceRow> {
  const audience = await lockAudience(work.sql, mode, id);
  if (!audience) throw notFound('audience', id);
  return audience;
}

/**
 * Adds contacts at the end of an audience that the transaction has locked. Those that it has already, by `to`, and
 * those that come twice are skipped.
 */
export async function addContacts(
  work: Work,
  audienceId: string,
  contacts: readonly ReadContact[],
): Promise<{ added: number; contact_count: number }> {
  // Under the lock: an id that came before the last one would be a contact that a campaign has passed already.
  const ids = newIdsAfter('contact', await lastContactId(work.sql, audienceId), contacts.length);
  const added = await insertContacts(
    work.sql,
    contacts.map((contact, index) => ({
      id: ids[index]!,
      audience_id: audienceId,
      ...contact,
      added_at: work.now,
    })),
  );
  return { added, contact_count: await addToContactCount(work.sql, audienceId, added) };
}

/**
 * Changes a contact. Messages that were made of it stay as they are.
 * @throws EngineError `not_found`, `invalid_request`, or `conflict` where the audience has the new `to` already
 */
export async function editContact(
  work: Work,
  mode: Mode,
  audienceId: string,
  id: string,
  edit: EditContact,
): Promise<ContactRow> {
  await lockExisting(work, mode, audienceId);
  const row = await findExisting(work, audienceId, id);
  const faults = new Faults();
  const recipient = edit.to === undefined ? null : faults.read('to', parseRecipient(edit.to));
  const variables = edit.variables && readVariables(edit.variables, faults);
  faults.throwIfAny();
  const changed: ContactRow = {
    ...row,
    ...(recipient ? { recipient: recipient.to, chat_id: recipient.chatId } : {}),
    ...(variables ? { variables } : {}),
  };
  if (await saveContact(work.sql, changed)) return changed;
  throw new EngineError(
    'conflict',
    `Another contact of this audience has ${changed.recipient} already; change or remove that one.`,
  );
}

/**
 * Removes a contact. Campaigns that have not made its message yet will not, and count it no more.
 * @throws EngineError `not_found`
 */
export async function removeContact(work: Work, mode: Mode, audienceId: string, id: string): Promise<void> {
  await lockExisting(work, mode, audienceId);
  await findExisting(work, audienceId, id);
  // Campaigns first: an expander has its campaign locked while it reads contacts.
  await forgetContact(work.sql, audienceId, id);
  await deleteContact(work.sql, id);
  await addToContactCount(work.sql, audienceId, -1);
}

async function findExisting(work: Work, audienceId: string, id: string): Promise<ContactRow> {
  const row = await findContact(work.sql, audienceId, id);
  if (!row) throw notFound('contact', id);
  return row;
}
