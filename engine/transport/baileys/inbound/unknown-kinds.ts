import type { Baileys, WireMessage } from '../baileys';
import { emptyField, fieldsOf } from '../wire-fields';
import { MESSAGE_KINDS } from './kinds/message-kinds';

/** A field name for what this version of the protocol does not know. */
export const UNKNOWN_KIND = 'unknownKind';

/**
 * Whether a message on the wire, or the one inside its wrappers, has a kind that this version of the protocol does not
 * know. Decoding drops what it does not know, and what is left looks like a message that nobody wrote.
 */
export function hasUnknownKind(bytes: Uint8Array, baileys: Pick<Baileys, 'proto'>): boolean {
  for (const { number, content } of fieldsOf(bytes)) {
    // Every kind of message is length-delimited.
    if (!content) continue;
    const name = nameOf(number, baileys);
    if (name === undefined) return true;
    if (MESSAGE_KINDS[name].is !== 'wrapper') continue;
    // In the wrapper for the account's own messages, the first field is their recipient.
    const inside = name === 'deviceSentMessage' ? 2 : 1;
    const inner = fieldsOf(content).find((field) => field.number === inside);
    if (inner?.content && hasUnknownKind(inner.content, baileys)) return true;
  }
  return false;
}

const names = new Map<number, keyof WireMessage | undefined>();

/** The name of a field of `Message`: it is what an empty one decodes to. */
function nameOf(number: number, { proto }: Pick<Baileys, 'proto'>): keyof WireMessage | undefined {
  if (!names.has(number)) {
    const [name] = Object.keys(proto.Message.decode(emptyField(number))) as (keyof WireMessage)[];
    names.set(number, name && Object.hasOwn(MESSAGE_KINDS, name) ? name : undefined);
  }
  return names.get(number);
}
