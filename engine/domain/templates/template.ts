/** The source of a regular expression for the name of a variable. */
export const NAME = '[A-Za-z_][A-Za-z0-9_]{0,31}';

/**
 * A name in single braces, such as `{first_name}`. Double braces match first, as a whole, so they stay as they are.
 * Braces around anything else are ordinary text.
 */
const TOKEN = new RegExp(`\\{\\{[^{}]*\\}\\}|\\{(${NAME})\\}`, 'g');

/** Values by name in lower case. */
export type TemplateValues = ReadonlyMap<string, string>;

export interface Rendered {
  text: string;
  /** Names without a value, in lower case, each once, in order of use; they stay in `text` as written. */
  missing: string[];
}

/** The names in a template, in lower case, each once, in order of use. */
export function tokensOf(template: string): string[] {
  const names = new Set<string>();
  for (const [, name] of template.matchAll(TOKEN)) if (name !== undefined) names.add(name.toLowerCase());
  return [...names];
}

/**
 * Replaces names with their values. Case does not matter, and values are not templates: braces in them stay as they are.
 * Works on any string, even one with lone surrogates.
 */
export function render(template: string, values: TemplateValues): Rendered {
  const missing = new Set<string>();
  const text = template.replace(TOKEN, (written: string, name: string | undefined) => {
    if (name === undefined) return written;
    const value = values.get(name.toLowerCase());
    if (value !== undefined) return value;
    missing.add(name.toLowerCase());
    return written;
  });
  return { text, missing: [...missing] };
}
