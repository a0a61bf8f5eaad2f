import { chatIdOfPhone, jidOf, userOf } from '../jids';

export interface Mentions {
  ids: string[];
  displays?: string[];
}

/** The jid of a mentioned person. @param id E.164, chat id or lid */
function mentionedJid(id: string): string {
  return jidOf(id.startsWith('+') ? chatIdOfPhone(id) : id);
}

export function mentionedJids(mentions: Mentions | null): string[] {
  return mentions?.ids.map(mentionedJid) ?? [];
}

/**
 * The text with each `@Ada` replaced by `@` and the digits of Ada's jid, where `displays` has `Ada` or `@Ada`. Phones
 * find mentions by these digits, and show the name that they know the person by.
 */
export function textWithMentions(text: string, mentions: Mentions | null): string {
  const digits = new Map<string, string>();
  mentions?.displays?.forEach((display, index) => {
    const id = mentions.ids[index];
    const name = display.replace(/^@/, '');
    if (id !== undefined && name !== '') digits.set(name, userOf(mentionedJid(id)));
  });
  if (digits.size === 0) return text;
  // Longest first, so that "@Anna" does not match "@Ann"; in one pass, so that nothing is replaced twice.
  const names = [...digits.keys()].sort((a, b) => b.length - a.length);
  const anyName = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return text.replace(
    new RegExp(`@(${anyName})(?![\\p{L}\\p{N}_])`, 'gu'),
    (_all, name: string) => `@${digits.get(name)}`,
  );
}
