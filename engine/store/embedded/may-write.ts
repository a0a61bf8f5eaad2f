import { Recent } from '../../async/recent';

/** Texts are a few hundred, and the same ones come again and again. */
const known = new Recent<boolean>(1_000);

/**
 * Whether a statement may change something, by its text. BullMQ's, which begin with a comment, count as such: they call
 * functions. Ending a transaction does not, and a checkpoint makes room.
 */
export function mayWrite(text: string): boolean {
  let answer = known.get(text);
  if (answer === undefined) {
    answer = looksLikeWriting(text);
    known.set(text, answer);
  }
  return answer;
}

const ENDS_OR_MAKES_ROOM = /^\s*(BEGIN|COMMIT|ROLLBACK|CHECKPOINT)\s*;?\s*$/i;
const BEGINS_AS_READING = /^\s*(SELECT|WITH|SHOW|SET|LISTEN|UNLISTEN)\b/i;
const WRITES =
  /\b(INSERT|UPDATE|DELETE|MERGE|CREATE|ALTER|DROP|TRUNCATE|NOTIFY|pg_notify|FOR\s+(NO\s+KEY\s+)?UPDATE)\b/i;

function looksLikeWriting(text: string): boolean {
  if (ENDS_OR_MAKES_ROOM.test(text)) return false;
  return !BEGINS_AS_READING.test(text) || WRITES.test(text);
}
