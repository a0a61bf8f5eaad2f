/**
 * Names of variables, as the engine reads them (a unit test compares the two): letters of any script with their marks,
 * digits and _. The joiners are inside words of Persian and Indian scripts.
 */
const IN_NAME = '\\p{L}\\p{M}\\p{Nd}_\\u200c\\u200d';
const NAME = `[\\p{L}_][${IN_NAME}]*`;
const WHOLE_NAME = new RegExp(`^${NAME}$`, 'u');
const NOT_IN_NAME = new RegExp(`[^${IN_NAME}]+`, 'u');
const LONGEST = 32;
/** `{{…}}` is matched first, as a whole, and is not a token. */
const TOKEN = new RegExp(
  `\\{\\{[^{}]*\\}\\}|\\{(${NAME})(?:[ \\t]*\\|(?:\\\\[^\\n]|[^{}\\\\\\n])*)?\\}`,
  'gu',
);

/** What names are compared by: case does not matter, nor the form of accents. */
export function nameKey(name: string): string {
  return name
    .replace(/[\u200c\u200d]/g, '')
    .normalize('NFC')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize('NFC');
}

/** The variable for a column: runs of spaces and signs become `_`. Null if there is no such name. */
export function columnName(column: string): string | null {
  const joined = column.normalize('NFC').split(NOT_IN_NAME).filter(Boolean).join('_');
  const name = joined === '' || WHOLE_NAME.test(joined) ? joined : `_${joined}`;
  return /[\p{L}\p{Nd}]/u.test(name) && isName(name) ? name : null;
}

/** The names of the tokens in a text, as written. */
export function tokensOf(text: string): string[] {
  return [...text.matchAll(TOKEN)].flatMap(([, name]) => (name !== undefined && isName(name) ? [name] : []));
}

function isName(name: string): boolean {
  const length = [...name.normalize('NFC')].length;
  return WHOLE_NAME.test(name) && length <= LONGEST && name.toLowerCase() !== '__proto__';
}
