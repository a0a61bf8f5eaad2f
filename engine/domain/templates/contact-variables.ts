import { NAME } from './template';

export const MOST_VARIABLES = 32;
export const LONGEST_VALUE = 1024;
const VARIABLE_NAME = new RegExp(`^${NAME}$`);

/** What is wrong with a contact's variables. `path` is the name of the variable, '' for all of them. */
export interface VariableFault {
  path: string;
  code: string;
  message: string;
}

/**
 * Everything that is wrong with a contact's variables. Names may not differ in case only: templates ignore case, so one
 * of them would never be used.
 */
export function checkVariables(variables: Readonly<Record<string, string>>): VariableFault[] {
  const names = Object.keys(variables);
  const faults: VariableFault[] = [];
  if (names.length > MOST_VARIABLES)
    faults.push({
      path: '',
      code: 'too_big',
      message: `has ${names.length} variables. A contact may have at most ${MOST_VARIABLES}.`,
    });
  const seen = new Map<string, string>();
  for (const name of names) {
    const fault = nameFault(name, seen) ?? valueFault(variables[name]!);
    if (fault) faults.push({ path: name, ...fault });
    seen.set(name.toLowerCase(), name);
  }
  return faults;
}

/** What is wrong with the name of a variable. @param seen the names before it (lower case → as written). */
export function nameFault(
  name: string,
  seen: ReadonlyMap<string, string>,
): { code: string; message: string } | null {
  if (!VARIABLE_NAME.test(name)) {
    const better = name
      .trim()
      .replace(/[^A-Za-z0-9_]+/g, '_')
      .slice(0, 32);
    const fix = VARIABLE_NAME.test(better)
      ? `, such as ${better}`
      : ': up to 32 characters, not starting with a digit';
    return {
      code: 'invalid_name',
      message: `is not a valid variable name. Use only letters, digits and _${fix}.`,
    };
  }
  const same = seen.get(name.toLowerCase());
  if (same === undefined) return null;
  return {
    code: 'duplicate',
    message: `is the same name as ${same}, since case does not matter. Use each name once.`,
  };
}

function valueFault(value: string): { code: string; message: string } | null {
  if (value.length <= LONGEST_VALUE) return null;
  return {
    code: 'too_big',
    message: `has ${value.length} characters. A value may have at most ${LONGEST_VALUE}.`,
  };
}
