/** More levels than any body of this API has: a step of a sequence with media is 5 deep. */
const MOST_DEPTH = 32;
/** More fields than any object has; the largest is the 32 variables of a contact. */
const MOST_FIELDS = 256;
/** More values than any body has: 1,000 contacts with 32 variables each have 34,000. */
const MOST_VALUES = 100_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Whether a body would take long to parse or to check, found without parsing: 14 MB of `[` take seconds, and so does an
 * object with a million fields. Looks at each byte once and keeps only a few counters. The bytes need not be JSON:
 * what is wrong with its syntax is the parser's to say.
 * @returns what is wrong, as the end of a sentence, and what to do; null for a body that may be parsed
 */
export function shapeFault(json: Uint8Array): string | null {
  const fieldsAt = new Uint32Array(MOST_DEPTH + 1);
  const isObjectAt = new Uint8Array(MOST_DEPTH + 1);
  let depth = 0;
  let values = 0;
  for (let at = 0; at < json.length; at += 1) {
    switch (json[at]) {
      case QUOTE:
        at = endOfText(json, at);
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        depth += 1;
        values += 1;
        if (depth > MOST_DEPTH) return `is nested more than ${MOST_DEPTH} levels deep. Send a flatter body.`;
        fieldsAt[depth] = 1;
        isObjectAt[depth] = json[at] === OPEN_OBJECT ? 1 : 0;
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        if (depth > 0) depth -= 1;
        break;
      case COMMA:
        values += 1;
        fieldsAt[depth]! += 1;
        if (isObjectAt[depth] === 1 && fieldsAt[depth]! > MOST_FIELDS)
          return `has an object with more than ${MOST_FIELDS} fields. Remove those that are not in the documentation.`;
        break;
      default:
    }
    if (values > MOST_VALUES)
      return `has more than ${MOST_VALUES.toLocaleString('en')} values. Split it into several requests.`;
  }
  return null;
}

/** The place of the quote that ends the text beginning at `start`, or the end of the body. */
function endOfText(json: Uint8Array, start: number): number {
  let quote = start;
  for (;;) {
    quote = json.indexOf(QUOTE, quote + 1);
    if (quote === -1) return json.length;
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote;
  }
}
