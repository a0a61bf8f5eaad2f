/** A field of a message in protobuf's encoding. */
export interface WireField {
  number: number;
  /** Of a length-delimited field (a text, bytes or a message): what is in it; null for any other. */
  content: Uint8Array | null;
  /** The field with its tag, as it is on the wire. */
  whole: Uint8Array;
}

const LENGTH_DELIMITED = 2;
/** Bytes of the wire types with a fixed length. https://protobuf.dev/programming-guides/encoding */
const FIXED: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/** The fields of a message, without decoding what is in them. What is not well-formed ends the list. */
export function fieldsOf(bytes: Uint8Array): WireField[] {
  const fields: WireField[] = [];
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
    const start = at;
    const tag = read();
    const type = tag % 8;
    let content: Uint8Array | null = null;
    if (type === 0) read();
    else if (type === LENGTH_DELIMITED) {
      const length = read();
      content = bytes.subarray(at, at + length);
      at += length;
    } else if (FIXED[type]) at += FIXED[type];
    else break;
    fields.push({ number: Math.floor(tag / 8), content, whole: bytes.subarray(start, at) });
  }
  return fields;
}

/** A length-delimited field with nothing in it. */
export function emptyField(number: number): Uint8Array {
  return Uint8Array.from([...varint(number * 8 + LENGTH_DELIMITED), 0]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
