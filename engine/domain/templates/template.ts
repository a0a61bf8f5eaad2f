/**
 * A name in single braces, such as `{first_name}`. What stands in double braces is taken as a whole first, so that
 * it stays as it is; braces around anything else are ordinary text.
 */
const TOKEN = /\{\{[^{}]*\}\}|\{([A-Za-z_][A-Za-z0-9_]{0,31})\}/g;

/** Values by name in lower case. */
export type TemplateValues = ReadonlyMap<string, string>;

export interface Rendered {
  text: string;
  /** Names in lower case that had no value, each once, in the order of the template; their tokens stay in `text`. */
  missing: string[];
}

/** The names that a template asks for, in lower case, each once, in their order. */
export function tokensOf(template: string): string[] {
  const names = new Set<string>();
  for (const [, name] of template.matchAll(TOKEN)) if (name !== undefined) names.add(name.toLowerCase());
  return [...names];
}

/**
 * Puts values in place of the tokens. Names are matched without case, and a value is put in as it is: braces in it
 * are no tokens. Works on any string, also one with halves of characters in it.
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
