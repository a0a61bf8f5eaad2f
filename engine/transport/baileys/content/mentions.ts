import { chatIdOfPhone, jidOf, userOf } from '../jids';

export interface Mentions {
  /** E.164, chat id or lid. */
  ids: string[];
  displays?: string[];
}

/** Somebody who is mentioned. */
export interface Mention {
  /** As the chat knows the person. */
  jid: string;
  /** What may stand for the person in the text, after the `@`. */
  names: string[];
}

/** @param nameOf the jid by which the chat knows a person */
export async function mentionsIn(
  mentions: Mentions | null,
  nameOf: (jid: string) => Promise<string>,
): Promise<Mention[]> {
  const { ids = [], displays = [] } = mentions ?? {};
  return Promise.all(
    ids.map(async (id, index) => {
      const given = jidOf(id.startsWith('+') ? chatIdOfPhone(id) : id);
      const display = displays[index]?.replace(/^@/, '') ?? '';
      const names = [display, userOf(given), `+${userOf(given)}`].filter((name) => name !== '');
      return { jid: await nameOf(given), names };
    }),
  );
}

/**
 * The text with each `@Ada` replaced by `@` and the digits of Ada's jid, where Ada is a name of somebody mentioned. Phones
 * find mentions by these digits, and show the name that they know the person by.
 */
export function textWithMentions(text: string, mentions: readonly Mention[]): string {
  const digits = new Map(mentions.flatMap(({ jid, names }) => names.map((name) => [name, userOf(jid)])));
  if (digits.size === 0) return text;
  // Longest first, so that "@Anna" does not match "@Ann"; in one pass, so that nothing is replaced twice.
  const names = [...digits.keys()].sort((a, b) => b.length - a.length);
  const anyName = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return text.replace(
    new RegExp(`@(${anyName})(?![\\p{L}\\p{N}_])`, 'gu'),
    (_all, name: string) => `@${digits.get(name)}`,
  );
}
