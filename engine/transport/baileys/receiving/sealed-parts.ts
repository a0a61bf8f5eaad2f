import type { BinaryNode } from '../baileys';

/** Kinds of `<enc>` that Baileys opens. */
const OPENED = new Set(['pkmsg', 'msg', 'skmsg']);

/** The sealed bytes in a `<message>`: one part, or two where the key to a group comes with the message. */
export function sealedParts({ content }: BinaryNode): Uint8Array[] {
  if (!Array.isArray(content)) return [];
  return content
    .filter(({ tag, attrs }) => tag === 'enc' && OPENED.has(attrs.type ?? ''))
    .map((part) => part.content)
    .filter((bytes) => bytes instanceof Uint8Array);
}
