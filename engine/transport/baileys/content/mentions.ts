import { jidOf } from '../jids';

export interface Mentions {
  ids: string[];
  displays?: string[];
}

/** The jid of somebody who is mentioned: by E.164, chat id or lid. */
function mentionedJid(id: string): string {
  return id.startsWith('+') ? `${id.slice(1)}@s.whatsapp.net` : jidOf(id);
}

export function mentionedJids(mentions: Mentions | null): string[] {
  return mentions?.ids.map(mentionedJid) ?? [];
}

/**
 * The text as phones want it. They find a mention in it by `@` and the digits of the jid, and show the name that they
 * know the person by; so each `@Ada`, of which `displays` has `Ada` or `@Ada`, gives way to those digits.
 */
export function textWithMentions(text: string, mentions: Mentions | null): string {
  const digits = new Map<string, string>();
  mentions?.displays?.forEach((display, index) => {
    const id = mentions.ids[index];
    const name = display.replace(/^@/, '');
    if (id !== undefined && name !== '') digits.set(name, mentionedJid(id).split('@')[0]!);
  });
  if (digits.size === 0) return text;
  // The longest first, so that "@Anna" is not taken for "@Ann"; in one go, so that nothing is replaced twice.
  const names = [...digits.keys()].sort((a, b) => b.length - a.length);
  const anyName = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return text.replace(
    new RegExp(`@(${anyName})(?![\\p{L}\\p{N}_])`, 'gu'),
    (_all, name: string) => `@${digits.get(name)}`,
  );
}
