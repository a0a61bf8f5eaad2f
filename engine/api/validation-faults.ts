import type { z } from 'zod';
import { MOST_DETAILS, type ErrorDetail } from '../errors';

type Issue = z.core.$ZodIssue;

/** Zod's issues in the contract's form: where it is, a stable word, what is wrong and how to fix it. */
export function faultsOf(issues: readonly Issue[]): ErrorDetail[] {
  // A rule over several fields adds nothing if one of them is misspelled.
  const misspelled = issues.filter((issue) => issue.code === 'unrecognized_keys').map(pathOf);
  return issues
    .filter((issue) => issue.code !== 'custom' || !misspelled.includes(pathOf(issue)))
    .flatMap((issue) => faultOf(issue));
}

const pathOf = (issue: Issue): string => issue.path.join('.');

function faultOf(issue: Issue): ErrorDetail[] {
  const path = pathOf(issue);
  const detail = (code: string, message: string): ErrorDetail[] => [{ path, code, message }];
  switch (issue.code) {
    case 'unrecognized_keys':
      // One more than is shown, so that the answer says that there are more.
      return issue.keys.slice(0, MOST_DETAILS + 1).map((key) => ({
        path: path ? `${path}.${key}` : key,
        code: 'unknown_field',
        message: 'is not a field of this request. Remove it or check its spelling.',
      }));
    case 'invalid_type':
      return issue.input === undefined
        ? detail('required', `is required. Send ${article(issue.expected)}.`)
        : detail(
            'wrong_type',
            `must be ${article(issue.expected)}, not ${found(issue.input, issue.expected)}`,
          );
    case 'invalid_value':
      return detail('invalid_value', `must be one of: ${issue.values.join(', ')}`);
    case 'invalid_union':
      return unionFault(issue, path);
    case 'too_small':
      return detail('too_small', `must ${least(issue.origin, Number(issue.minimum))}`);
    case 'too_big':
      return detail('too_big', `must ${most(issue.origin, Number(issue.maximum))}`);
    case 'invalid_format':
      return detail('invalid_format', FORMATS[issue.format] ?? issue.message);
    default:
      return detail('invalid', issue.message);
  }
}

function unionFault(issue: Extract<Issue, { code: 'invalid_union' }>, path: string): ErrorDetail[] {
  if (issue.discriminator) {
    const choices =
      'options' in issue && Array.isArray(issue.options) ? issue.options.join(', ') : 'text, media, poll';
    return (issue.input as Record<string, unknown>)[issue.discriminator] === undefined
      ? [{ path, code: 'required', message: `is required. Send one of: ${choices}.` }]
      : [{ path, code: 'invalid_value', message: `must be one of: ${choices}` }];
  }
  const closest = closestBranch(issue);
  if (closest) return faultsOf(closest);
  const wanted = issue.errors.flatMap((errors) =>
    errors.flatMap((e) => (e.code === 'invalid_type' ? [e.expected] : [])),
  );
  return [{ path, code: 'wrong_type', message: `must be ${wanted.map(article).join(' or ')}` }];
}

/**
 * What is wrong with a value that may be one thing or another, if it is clear which it is meant to be: then that branch has
 * faults of the value's fields, or only of fields that it does not know. Undefined if it is not clear.
 */
export function closestBranch(issue: Extract<Issue, { code: 'invalid_union' }>): Issue[] | undefined {
  const branches = issue.errors.map((errors) =>
    errors.map((error) => ({ ...error, path: [...issue.path, ...error.path] }) as Issue),
  );
  return branches.find((errors) =>
    errors.some(({ code, path }) => path.length > issue.path.length || code === 'unrecognized_keys'),
  );
}

function least(origin: string, minimum: number): string {
  if (origin === 'string') return minimum === 1 ? 'not be empty' : `have at least ${minimum} characters`;
  if (origin === 'array') return `have at least ${minimum} ${minimum === 1 ? 'entry' : 'entries'}`;
  return `be at least ${minimum}`;
}

function most(origin: string, maximum: number): string {
  if (origin === 'string') return `have at most ${maximum} characters`;
  if (origin === 'array') return `have at most ${maximum} entries`;
  return `be at most ${maximum}`;
}

function found(value: unknown, expected: string): string {
  if (expected === 'int' && typeof value === 'number') return String(value);
  if (value === null) return 'null';
  return article(Array.isArray(value) ? 'array' : typeof value);
}

/** Messages for formats. A pattern (`regex`) has its own in its schema. */
const FORMATS: Record<string, string> = {
  url: 'must be a full URL such as https://example.com/page',
  base64: 'must be base64, on one line and padded',
};

function article(word: string): string {
  if (word === 'null' || word === 'undefined') return word;
  if (word === 'int') return 'a whole number';
  if (word === 'record') return 'an object';
  return `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;
}

/**
 * Faults of texts that no database stores and no phone shows: U+0000, which PostgreSQL refuses, and lone surrogates, which
 * are left when a text is cut in the middle of an emoji.
 * @param value anything parsed from JSON or a query
 */
export function badCharacters(value: unknown, path = ''): ErrorDetail[] {
  if (typeof value === 'string') return characterFault(value, path);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => badCharacters(inner, path ? `${path}.${key}` : key));
}

function characterFault(text: string, path: string): ErrorDetail[] {
  const fault = (message: string): ErrorDetail[] => [{ path, code: 'invalid_character', message }];
  if (text.includes('\0'))
    return fault('contains the character U+0000, which no message can have. Remove it.');
  if (/\p{Surrogate}/u.test(text))
    return fault('contains half of a character (a lone surrogate). Send whole characters.');
  return [];
}
