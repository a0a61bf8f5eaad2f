import { isVariableName, NAME, nameKey } from './variable-name';

/**
 * A name in single braces, such as `{first_name}`, or with a text for a missing value: `{first_name|friend}`. In that
 * text, on one line, `\` before `{`, `}`, `|` or `\` means the character itself. Double braces match first, as a whole,
 * so they stay as they are. Braces around anything else are ordinary text.
 */
const TOKEN = new RegExp(
  `\\{\\{[^{}]*\\}\\}|\\{(?<name>${NAME})(?:[ \\t]*\\|(?<fallback>(?:\\\\[^\\n]|[^{}\\\\\\n])*))?\\}`,
  'gu',
);
const ESCAPED = /\\([\\{}|])/g;

interface Token {
  /** As in the template, with its braces. */
  written: string;
  /** See `nameKey`. */
  name: string;
  /** The text for a missing value; null without one. */
  fallback: string | null;
}

/** A template that was read: texts and tokens in their order. */
export type Template = ReadonlyArray<string | Token>;

/** Values by `nameKey` of their names. A name without a value is missing. */
export type TemplateValues = ReadonlyMap<string, string>;

export interface Rendered {
  text: string;
  /** Names without a value and a fallback (as `nameKey`), each once, in order of use; they stay in `text` as written. */
  missing: string[];
}

/** Reads a template once, to render it for many. Works on any string, even one with lone surrogates. */
export function readTemplate(template: string): Template {
  const parts: Array<string | Token> = [];
  let end = 0;
  for (const match of template.matchAll(TOKEN)) {
    const { name, fallback } = match.groups!;
    if (name === undefined || !isVariableName(name)) continue;
    parts.push(template.slice(end, match.index), {
      written: match[0],
      name: nameKey(name),
      fallback: fallback === undefined ? null : fallback.trim().replace(ESCAPED, '$1'),
    });
    end = match.index + match[0].length;
  }
  parts.push(template.slice(end));
  return parts.filter((part) => part !== '');
}

/** The names in a template (as `nameKey`), each once, in order of use. */
export function tokensOf(template: string): string[] {
  return namesIn(readTemplate(template));
}

/** `tokensOf` for a template that was read. */
export function namesIn(template: Template): string[] {
  return [...new Set(template.flatMap((part) => (typeof part === 'string' ? [] : [part.name])))];
}

/**
 * Replaces each name with its value, or else its fallback. Values and fallbacks are not templates: braces in them stay as
 * they are.
 */
export function renderTemplate(template: Template, values: TemplateValues): Rendered {
  return {
    text: template.map((part) => textOf(part, values)).join(''),
    missing: missingIn(template, values),
  };
}

/** The names without a value and a fallback, as `Rendered` has them. */
export function missingIn(template: Template, values: TemplateValues): string[] {
  const missing = template.flatMap((part) =>
    typeof part === 'string' || part.fallback !== null || values.has(part.name) ? [] : [part.name],
  );
  return [...new Set(missing)];
}

/** The length of the rendered text, which is not written: many long values cost nothing. */
export function renderedLength(template: Template, values: TemplateValues): number {
  return template.reduce((sum, part) => sum + textOf(part, values).length, 0);
}

function textOf(part: string | Token, values: TemplateValues): string {
  if (typeof part === 'string') return part;
  return values.get(part.name) ?? part.fallback ?? part.written;
}
