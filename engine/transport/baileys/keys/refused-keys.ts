import type { BinaryNode } from '../baileys';

/**
 * Takes the devices that have no keys out of the server's answer to a query of keys. Baileys expects keys of all, so one
 * device without would keep a message from everybody in the group. It is left out instead: it asks for the message once it
 * can read again. Baileys still refuses to send to nobody.
 * @param frame anything that came from the server; changed in place
 */
export function dropRefusedKeys(frame: unknown): void {
  const { tag, content } = (frame ?? {}) as Partial<BinaryNode>;
  if (tag !== 'iq' || !Array.isArray(content)) return;
  for (const list of content) {
    if (list.tag !== 'list' || !Array.isArray(list.content)) continue;
    list.content = list.content.filter((user) => !isRefused(user));
  }
}

function isRefused({ tag, content }: BinaryNode): boolean {
  return tag === 'user' && Array.isArray(content) && content.some((child) => child.tag === 'error');
}
