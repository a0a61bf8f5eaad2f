import type { Baileys, WireMessage } from '../baileys';
import { MESSAGE_KINDS } from './kinds/message-kinds';

/** A field name for what this version of the protocol does not know. */
export const UNKNOWN_KIND = 'unknownKind';

const LENGTH_DELIMITED = 2;
/** Bytes of the wire types with a fixed length. https://protobuf.dev/programming-guides/encoding */
const FIXED: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/**
 * Whether a message on the wire, or the one inside its wrappers, has a kind that this version of the protocol does not
 * know. Decoding drops what it does not know, and what is left looks like a message that nobody wrote.
 */
export function hasUnknownKind(bytes: Uint8Array, baileys: Pick<Baileys, 'proto'>): boolean {
  for (const { number, content } of fieldsOf(bytes)) {
    const name = nameOf(number, baileys);
    if (name === undefined) return true;
    if (MESSAGE_KINDS[name].is !== 'wrapper') continue;
    // In the wrapper for the account's own messages, the first field is their recipient.
    const inside = name === 'deviceSentMessage' ? 2 : 1;
    const inner = fieldsOf(content).find((field) => field.number === inside);
    if (inner && hasUnknownKind(inner.content, baileys)) return true;
  }
  return false;
}

const names = new Map<number, keyof WireMessage | undefined>();

/** The name of a field of `Message`: it is what an empty one decodes to. */
function nameOf(number: number, { proto }: Pick<Baileys, 'proto'>): keyof WireMessage | undefined {
  if (!names.has(number)) {
    const empty = Uint8Array.from([...varint(number * 8 + LENGTH_DELIMITED), 0]);
    const [name] = Object.keys(proto.Message.decode(empty)) as (keyof WireMessage)[];
    names.set(number, name && Object.hasOwn(MESSAGE_KINDS, name) ? name : undefined);
  }
  return names.get(number);
}

interface Field {
  number: number;
  content: Uint8Array;
}

/** The length-delimited fields: every kind of message is one. What is not well-formed ends the list. */
function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const read = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = read();
    const type = tag % 8;
    if (type === 0) read();
    else if (type === LENGTH_DELIMITED) {
      const length = read();
      fields.push({ number: Math.floor(tag / 8), content: bytes.subarray(at, at + length) });
      at += length;
    } else if (FIXED[type]) at += FIXED[type];
    else break;
  }
  return fields;
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
