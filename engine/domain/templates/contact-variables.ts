export const MOST_VARIABLES = 32;
export const LONGEST_VALUE = 1024;
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,31}$/;

/** One fault of a contact's variables; `path` is the variable's name, '' for all of them. */
export interface VariableFault {
  path: string;
  code: string;
  message: string;
}

/**
 * Every fault of a contact's variables. Two names that differ in case only are one name to a template, so that one
 * of them would never be used.
 */
export function checkVariables(variables: Readonly<Record<string, string>>): VariableFault[] {
  const names = Object.keys(variables);
  const faults: VariableFault[] = [];
  if (names.length > MOST_VARIABLES)
    faults.push({
      path: '',
      code: 'too_big',
      message: `has ${names.length} variables; a contact has ${MOST_VARIABLES} at most`,
    });
  const seen = new Map<string, string>();
  for (const name of names) {
    const fault = nameFault(name, seen) ?? valueFault(variables[name]!);
    if (fault) faults.push({ path: name, ...fault });
    seen.set(name.toLowerCase(), name);
  }
  return faults;
}

/** What is wrong with the name of a variable, after those that were `seen` (lower case → as written). */
export function nameFault(
  name: string,
  seen: ReadonlyMap<string, string>,
): { code: string; message: string } | null {
  if (!VARIABLE_NAME.test(name)) {
    const better = name
      .trim()
      .replace(/[^A-Za-z0-9_]+/g, '_')
      .slice(0, 32);
    const mend = VARIABLE_NAME.test(better)
      ? `, such as ${better}`
      : ', up to 32 of them, the first no digit';
    return {
      code: 'invalid_name',
      message: `is no name for a variable; use letters, digits and _ only${mend}`,
    };
  }
  const same = seen.get(name.toLowerCase());
  if (same === undefined) return null;
  return {
    code: 'duplicate',
    message: `is the same name as ${same}, as case does not count; give each name once`,
  };
}

function valueFault(value: string): { code: string; message: string } | null {
  if (value.length <= LONGEST_VALUE) return null;
  return {
    code: 'too_big',
    message: `has ${value.length} characters; a value has ${LONGEST_VALUE} at most`,
  };
}
