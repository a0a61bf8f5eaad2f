import { checkVariables } from '../domain/templates/contact-variables';
import { parseRecipient } from '../domain/messages/recipient';
import type { Faults } from '../errors';
import type { NewContact } from './audience-schema';

/** A contact that was found good. */
export interface ReadContact {
  recipient: string;
  chat_id: string;
  variables: Record<string, string>;
}

/** Reads one contact, or notes everything that is wrong with it. */
export function readContact(input: NewContact, faults: Faults): ReadContact | null {
  const before = faults.details.length;
  const recipient = faults.read('to', parseRecipient(input.to));
  const variables = readVariables(input.variables ?? {}, faults);
  if (!recipient || faults.details.length > before) return null;
  return { recipient: recipient.to, chat_id: recipient.chatId, variables };
}

export function readVariables(variables: Record<string, string>, faults: Faults): Record<string, string> {
  faults.note('variables', ...checkVariables(variables));
  return variables;
}
