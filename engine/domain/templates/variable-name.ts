/** Letters of any script with their marks, digits and _. The joiners are inside words of Persian and Indian scripts. */
const IN_NAME = '\\p{L}\\p{M}\\p{Nd}_\\u200c\\u200d';
/** The source of a regular expression (flag `u`) for what may be the name of a variable; its length is not checked. */
export const NAME = `[\\p{L}_][${IN_NAME}]*`;

export const LONGEST_VARIABLE_NAME = 32;
const WHOLE_NAME = new RegExp(`^${NAME}$`, 'u');
const NOT_IN_NAME = new RegExp(`[^${IN_NAME}]+`, 'u');
const LETTER_OR_DIGIT = /[\p{L}\p{Nd}]/u;
const JOINERS = /[\u200c\u200d]/g;
/** An object in JavaScript cannot have a field of this name. */
const RESERVED = '__proto__';

/**
 * Whether a variable may have this name: letters of any script, digits and `_`, not beginning with a digit, at most 32
 * characters in Unicode's composed form (NFC).
 */
export function isVariableName(name: string): boolean {
  return WHOLE_NAME.test(name) && lengthOf(name) <= LONGEST_VARIABLE_NAME && !isReserved(name);
}

export function isReserved(name: string): boolean {
  return name.toLowerCase() === RESERVED;
}

/**
 * What names are compared by: case does not matter (as Unicode folds it: `STRASSE` is `Straße`), nor whether an accent
 * is a character of its own, nor joiners. To small letters first: the capital `ẞ` becomes `SS` only by way of `ß`.
 */
export function nameKey(name: string): string {
  const composed = name.replace(JOINERS, '').normalize('NFC');
  return composed.toLowerCase().toUpperCase().toLowerCase().normalize('NFC');
}

/**
 * The variable for a column of a table: each run of spaces and signs becomes one `_`, so `First name` is `First_name`.
 * @returns null if there is no such name: it would have no letter or digit, or be too long.
 */
export function columnName(column: string): string | null {
  const name = joinedName(column);
  return LETTER_OR_DIGIT.test(name) && isVariableName(name) ? name : null;
}

/** The closest valid name; '' if nothing of the name is left. */
export function suggestedName(name: string): string {
  const joined = [...joinedName(name)].slice(0, LONGEST_VARIABLE_NAME).join('');
  return LETTER_OR_DIGIT.test(joined) && isVariableName(joined) ? joined : '';
}

function joinedName(column: string): string {
  const joined = column.normalize('NFC').split(NOT_IN_NAME).filter(Boolean).join('_');
  return joined === '' || WHOLE_NAME.test(joined) ? joined : `_${joined}`;
}

const lengthOf = (name: string): number => [...name.normalize('NFC')].length;
