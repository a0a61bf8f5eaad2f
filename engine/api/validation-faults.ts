import type { z } from 'zod';
import type { ErrorDetail } from '../errors';

type Issue = z.core.$ZodIssue;

/** Zod's findings in the contract's form: where, a stable word, and what is wrong with how to mend it. */
export function faultsOf(issues: readonly Issue[]): ErrorDetail[] {
  // A rule over several fields says nothing more where one of them is misspelt.
  const misspelt = issues.filter((issue) => issue.code === 'unrecognized_keys').map(pathOf);
  return issues
    .filter((issue) => issue.code !== 'custom' || !misspelt.includes(pathOf(issue)))
    .flatMap((issue) => faultOf(issue));
}

const pathOf = (issue: Issue): string => issue.path.join('.');

function faultOf(issue: Issue): ErrorDetail[] {
  const path = pathOf(issue);
  const detail = (code: string, message: string): ErrorDetail[] => [{ path, code, message }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: path ? `${path}.${key}` : key,
        code: 'unknown_field',
        message: 'is no field of this request; remove it or check its spelling',
      }));
    case 'invalid_type':
      return issue.input === undefined
        ? detail('required', `is required; give ${article(issue.expected)}`)
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
      ? [{ path, code: 'required', message: `is required; give one of: ${choices}` }]
      : [{ path, code: 'invalid_value', message: `must be one of: ${choices}` }];
  }
  // The branch that came closest says most: the one with the deepest fault.
  const branches = issue.errors.map((errors) =>
    errors.map((error) => ({ ...error, path: [...issue.path, ...error.path] })),
  );
  const closest = branches.find((errors) => errors.some((error) => error.path.length > issue.path.length));
  if (closest) return faultsOf(closest as Issue[]);
  const wanted = branches.flatMap((errors) =>
    errors.flatMap((e) => (e.code === 'invalid_type' ? [e.expected] : [])),
  );
  return [{ path, code: 'wrong_type', message: `must be ${wanted.map(article).join(' or ')}` }];
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

/** What a format asks for; a pattern (`regex`) has words of its own in its schema. */
const FORMATS: Record<string, string> = {
  url: 'must be a whole web address such as https://example.com/page',
  base64: 'must be base64, on one line and padded',
};

function article(word: string): string {
  if (word === 'null' || word === 'undefined') return word;
  if (word === 'int') return 'a whole number';
  if (word === 'record') return 'an object';
  return `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;
}
