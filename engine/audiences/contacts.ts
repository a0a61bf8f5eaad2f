import { newIdsAfter } from '../domain/ids';
import type { Mode } from '../domain/mode';
import { parseRecipient } from '../domain/messages/recipient';
import { checkVariables } from '../domain/templates/contact-variables';
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
import { findWhoForNew, holdNames } from '../store/tables/person-names';
import type { EditContact, NewContact } from './audience-schema';

/** A valid contact. */
export interface ReadContact {
  recipient: string;
  chat_id: string;
  variables: Record<string, string>;
}

/** Reads one contact, or adds everything that is wrong with it to `faults`. */
export function readContact(input: NewContact, faults: Faults): ReadContact | null {
  const before = faults.details.length;
  const recipient = faults.read('to', parseRecipient(input.to));
  const variables = readVariables(input.variables ?? {}, faults);
  if (!recipient || faults.details.length > before) return null;
  return { recipient: recipient.to, chat_id: recipient.chatId, variables };
}

function readVariables(variables: Record<string, string>, faults: Faults): Record<string, string> {
  faults.note('variables', ...checkVariables(variables));
  return variables;
}

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

/**
 * Locks an audience. @param added contacts that are going to be added to it
 * @throws EngineError `not_found`
 */
export async function lockExisting(
  work: Work,
  mode: Mode,
  id: string,
  added: readonly Pick<ReadContact, 'chat_id'>[] = [],
): Promise<AudienceRow> {
  // In this order, as joining names locks the audiences that the people are in.
  holdNames(
    work.sql,
    mode,
    added.map((contact) => contact.chat_id),
  );
  const audience = await lockAudience(work.sql, mode, id);
  if (!audience) throw notFound('audience', id);
  return audience;
}

/**
 * Adds contacts to the end of an audience that the transaction has locked. People who are already in it, or occur twice,
 * are skipped, however their number is written.
 */
export async function addContacts(
  work: Work,
  { id: audienceId, mode }: Pick<AudienceRow, 'id' | 'mode'>,
  contacts: readonly ReadContact[],
): Promise<{ added: number; contact_count: number }> {
  const chatIds = contacts.map((contact) => contact.chat_id);
  const whoIs = await findWhoForNew(work.sql, mode, chatIds);
  // The ids follow the last one: a campaign that has passed it would never see a contact with an earlier id.
  const ids = newIdsAfter('contact', await lastContactId(work.sql, audienceId), contacts.length);
  const added = await insertContacts(
    work.sql,
    contacts.map((contact, index) => ({
      id: ids[index]!,
      audience_id: audienceId,
      ...contact,
      who: whoIs(contact.chat_id),
      added_at: work.now,
    })),
  );
  return { added, contact_count: await addToContactCount(work.sql, audienceId, added) };
}

/**
 * Changes a contact. Messages already created for it stay as they are.
 * @throws EngineError `not_found`, `invalid_request`, or `conflict` if the new `to` is already in the audience
 */
export async function editContact(
  work: Work,
  mode: Mode,
  audienceId: string,
  id: string,
  edit: EditContact,
): Promise<ContactRow> {
  const { recipient, variables } = readContactEdit(edit);
  await lockExisting(work, mode, audienceId, recipient ? [{ chat_id: recipient.chatId }] : []);
  const row = await findExisting(work, audienceId, id);
  const whoIs = await findWhoForNew(work.sql, mode, recipient ? [recipient.chatId] : []);
  const changed: ContactRow = {
    ...row,
    ...(recipient
      ? { recipient: recipient.to, chat_id: recipient.chatId, who: whoIs(recipient.chatId) }
      : {}),
    ...(variables ? { variables } : {}),
  };
  if (await saveContact(work.sql, changed)) return changed;
  throw new EngineError(
    'conflict',
    `Another contact in this audience already has ${changed.recipient}. Change or remove that one.`,
  );
}

/** @throws EngineError `invalid_request` with every fault */
export function readContactEdit(edit: EditContact) {
  const faults = new Faults();
  const recipient = edit.to === undefined ? null : faults.read('to', parseRecipient(edit.to));
  const variables = edit.variables && readVariables(edit.variables, faults);
  faults.throwIfAny();
  return { recipient, variables };
}

/**
 * Removes a contact. Campaigns without a message for it yet will not create one, and no longer count it.
 * @throws EngineError `not_found`
 */
export async function removeContact(work: Work, mode: Mode, audienceId: string, id: string): Promise<void> {
  await lockExisting(work, mode, audienceId);
  await findExisting(work, audienceId, id);
  // Campaigns first: one that creates messages is locked while it reads contacts.
  await forgetContact(work.sql, audienceId, id);
  await deleteContact(work.sql, id);
  await addToContactCount(work.sql, audienceId, -1);
}

async function findExisting(work: Work, audienceId: string, id: string): Promise<ContactRow> {
  const row = await findContact(work.sql, audienceId, id);
  if (!row) throw notFound('contact', id);
  return row;
}
