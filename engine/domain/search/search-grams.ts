/** A gram is one to three characters that follow each other. */
const LONGEST = 3;

/**
 * What a text contains, for an index of its parts: every gram of it, as a number. Different grams may have the same number,
 * so a text that has all numbers of a part may still not contain it; one that lacks a number certainly does not.
 */
export function gramsOf(text: string, into = new Set<number>()): Set<number> {
  const letters = fold(text);
  for (let size = 1; size <= LONGEST; size += 1)
    for (let start = 0; start + size <= letters.length; start += 1) into.add(gramAt(letters, start, size));
  return into;
}

/** The numbers that every text has that contains this part. Only the longest grams: they say most. */
export function gramsOfPart(part: string): number[] {
  const letters = fold(part);
  const size = Math.min(LONGEST, letters.length);
  const grams = new Set<number>();
  if (size > 0)
    for (let start = 0; start + size <= letters.length; start += 1) grams.add(gramAt(letters, start, size));
  return [...grams];
}

/** FNV-1a, as a signed 32-bit integer. */
function gramAt(letters: readonly number[], start: number, size: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < start + size; at += 1) hash = Math.imul(hash ^ letters[at]!, 0x01000193);
  return Math.imul(hash ^ size, 0x01000193);
}

/**
 * The characters of a text, with case ignored at least as far as PostgreSQL's ILIKE ignores it in any locale: one for one,
 * all kinds of i and sigma alike.
 */
function fold(text: string): number[] {
  const letters: number[] = [];
  for (const letter of text) {
    const code = letter.codePointAt(0)!;
    if (code < 128) letters.push(code >= 65 && code <= 90 ? code + 32 : code);
    else if (code !== COMBINING_DOT) letters.push(SAME_AS.get(code) ?? lower(letter));
  }
  return letters;
}

const lower = (letter: string): number => {
  const code = letter.toLowerCase().codePointAt(0)!;
  return SAME_AS.get(code) ?? code;
};

/** What is left of İ in lower case, after the i. */
const COMBINING_DOT = 0x307;
const SAME_AS = new Map([
  [0x131, 0x69],
  [0x3c2, 0x3c3],
]);
