import { isReserved, isVariableName, LONGEST_VARIABLE_NAME, nameKey, suggestedName } from './variable-name';

export const MOST_VARIABLES = 32;
export const LONGEST_VALUE = 1024;

/** Spaces and characters that nobody sees. */
const BLANK = /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** What is wrong with a contact's variables. `path` is the name of the variable, '' for all of them. */
export interface VariableFault {
  path: string;
  code: string;
  message: string;
}

/** Whether a value shows nothing, and so counts as missing, wherever it came from. */
export function isBlank(value: string): boolean {
  return BLANK.test(value);
}

/**
 * Everything that is wrong with a contact's variables. Names may not differ in case only: templates ignore case, so one
 * of them would never be used. Of too many variables, only their number is checked.
 */
export function checkVariables(variables: Readonly<Record<string, string>>): VariableFault[] {
  const names = Object.keys(variables);
  if (names.length > MOST_VARIABLES) {
    const message = `has ${names.length} variables. A contact may have at most ${MOST_VARIABLES}.`;
    return [{ path: '', code: 'too_big', message }];
  }
  const seen = new Map<string, string>();
  return names.flatMap((name) => {
    const fault = nameFault(name) ?? sameName(name, nameKey(name), seen) ?? valueFault(variables[name]!);
    return fault ? [{ path: name, ...fault }] : [];
  });
}

/** What is wrong with the name of a variable. */
function nameFault(name: string): Omit<VariableFault, 'path'> | null {
  if (isVariableName(name)) return null;
  if (isReserved(name)) return RESERVED_NAME;
  const better = suggestedName(name);
  const fix = better ? `, such as ${better}` : `: up to ${LONGEST_VARIABLE_NAME}, not starting with a digit`;
  const message = `is not a valid variable name. Use only letters, digits and _${fix}.`;
  return { code: 'invalid_name', message };
}

export const RESERVED_NAME = {
  code: 'invalid_name',
  message: 'is reserved. Use another name.',
};

/** The fault of a name that one before it has too. @param seen the names so far, by key; this one is added. */
export function sameName(
  name: string,
  key: string,
  seen: Map<string, string>,
): Omit<VariableFault, 'path'> | null {
  const same = seen.get(key);
  if (same === undefined) {
    seen.set(key, name);
    return null;
  }
  const message = `is the same name as ${same}, since case does not matter. Use each name once.`;
  return { code: 'duplicate', message };
}

function valueFault(value: string): Omit<VariableFault, 'path'> | null {
  if (value.length <= LONGEST_VALUE) return null;
  return {
    code: 'too_big',
    message: `has ${value.length} characters. A value may have at most ${LONGEST_VALUE}.`,
  };
}
