import { parsePhoneOnly } from '../domain/messages/recipient';
import type { Mode } from '../domain/mode';
import { validOrThrow } from '../errors';
import type { Sql } from '../store/sql/database';
import { saveChatNames } from '../store/tables/chats';
import type { Group } from '../transport/transport';
import type { AskOwner } from './ask-owner';
import { senderChooser } from './senders';

export interface AskingDependencies {
  database: Sql;
  askOwner: AskOwner;
}

/**
 * Whether a number is on WhatsApp, and the chat id of its account.
 * @param from the linked number that asks; required if several are linked.
 * @throws EngineError `invalid_request`, or an error of the sender chooser.
 */
export async function checkNumber(
  { database, askOwner }: AskingDependencies,
  mode: Mode,
  phone: string,
  from: string | undefined,
): Promise<{ exists: boolean; chatId: string | null }> {
  const asked = validOrThrow('phone', parsePhoneOnly(phone)).phone;
  const choose = await senderChooser(database, mode);
  return askOwner(choose(from).id, { kind: 'check_number', phone: asked });
}

/**
 * The groups that a linked number is in, sorted by name. Their chats are listed under these names from then on.
 * @param q part of the name, case ignored.
 * @throws EngineError an error of the sender chooser.
 */
export async function findGroups(
  { database, askOwner }: AskingDependencies,
  mode: Mode,
  { q, from }: { q?: string; from?: string },
): Promise<Group[]> {
  const choose = await senderChooser(database, mode);
  const { id } = choose(from);
  const groups = await askOwner(id, { kind: 'list_groups' });
  await saveChatNames(database, id, groups);
  const wanted = q?.toLowerCase();
  return groups
    .filter(({ name }) => wanted === undefined || name.toLowerCase().includes(wanted))
    .sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}
