/** Anything that may be a number of a person, or a part of a key. */
const TELLING = /[\d+/=A-Za-z]{24,}|\d{5,}/g;

/**
 * What may be said of an error that Baileys threw, in a log or to a caller. Its errors carry whole stanzas beside the
 * words, and jids in them.
 */
export function faultOf(error: unknown): string {
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return words.replace(TELLING, '…');
}
