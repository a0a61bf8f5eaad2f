import { createHash } from 'node:crypto';
import type { Mode } from '../mode';
import { preferredForm } from './number-forms';

/**
 * The names of a person: `<digits>@c.us` for a phone number, `<digits>@lid` for a lid. Groups and channels have chat ids
 * too, but are not people.
 */
export type NameKind = 'phone' | 'lid';

/** The kind of a person's name; null for a group, a channel or anything else. */
export function nameKind(chatId: string): NameKind | null {
  if (chatId.endsWith('@c.us')) return 'phone';
  return chatId.endsWith('@lid') ? 'lid' : null;
}

/** Characters of a person's id after `per_`: 104 bits, as many as no two names will ever share. */
const ID_LENGTH = 26;

/**
 * Who a chat id stands for, as long as WhatsApp has not said that several names are one person: the id of a person, or
 * the chat id of a group or channel itself. Computed and not drawn, so that two processes that meet a name for the first
 * time agree without asking anyone. All forms of a number are the same person.
 */
export function whoOf(mode: Mode, chatId: string): string {
  const kind = nameKind(chatId);
  if (kind === null) return chatId;
  return personId(mode, kind === 'phone' ? `${preferredForm(userOf(chatId))}@c.us` : chatId);
}

/** As `whoOf`, for a number whose other form is another person's. */
export const exactWhoOf = (mode: Mode, chatId: string): string => personId(mode, chatId);

/** The id of the person whom `who` stands for; null for a group or channel. */
export const personIdOf = (who: string): string | null => (who.startsWith('per_') ? who : null);

function personId(mode: Mode, name: string): string {
  return `per_${createHash('sha256').update(`${mode}:${name}`).digest('hex').slice(0, ID_LENGTH)}`;
}

const userOf = (chatId: string): string => chatId.slice(0, chatId.indexOf('@'));
