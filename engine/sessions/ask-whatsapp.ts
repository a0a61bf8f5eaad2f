import { parsePhoneOnly } from '../domain/messages/recipient';
import type { Mode } from '../domain/mode';
import { validOrThrow } from '../errors';
import type { Sql } from '../store/sql/database';
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
