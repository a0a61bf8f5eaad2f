import type { z } from 'zod';
import { closestBranch } from './validation-faults';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];
type AnySchema = z.core.$ZodType;

/** Each round puts right what the round before uncovered, such as a field inside of a stand-in. */
const MOST_ROUNDS = 4;

/** A body with stand-ins, and the paths of all that is wrong with it: what rules say of these means nothing. */
export interface RepairedBody {
  value: object;
  paths: string[];
  /** What the schema found only then: faults of fields whose object had no type before. */
  later: Issue[];
}

/**
 * Puts something of the right type wherever a schema found a fault, so that the rules beyond the schema can look at the
 * other fields: a wrong field is left out where it may be, or gets a stand-in.
 * @param issues all that the schema found
 * @returns null if it cannot be done, such as for a body that is not an object
 */
export function repairBody(schema: z.ZodType, body: unknown, issues: readonly Issue[]): RepairedBody | null {
  let value = body;
  let found = issues.flatMap(meant);
  const paths = new Set<string>();
  const later: Issue[] = [];
  for (let round = 0; ; round += 1) {
    for (const path of found.flatMap(pathsOf)) paths.add(path);
    const wrong = found.filter(isOfType);
    if (wrong.length === 0) break;
    if (round === MOST_ROUNDS) return null;
    for (const issue of wrong) value = repair(schema, value, issue);
    found = (schema.safeParse(value, { reportInput: true }).error?.issues ?? []).flatMap(meant);
    const isNew = (issue: Issue): boolean => !paths.has(issue.path.join('.'));
    later.push(...found.filter((issue) => isOfType(issue) && isNew(issue) && isGiven(body, issue)));
  }
  if (value === null || typeof value !== 'object') return null;
  // Without faults of any kind, it is read as it will be, for example without spaces around an id.
  const { data = value } = schema.safeParse(value);
  return { value: data as object, paths: [...paths], later };
}

/** The paths that a fault is about: of an unknown field, that one, and not the object that it is in. */
const pathsOf = (issue: Issue): string[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => [...issue.path, key].join('.'))
    : [issue.path.join('.')];

/** The faults in the fields of a value that may be one thing or another, if it is clear which it is meant to be. */
const meant = (issue: Issue): Issue[] =>
  (issue.code === 'invalid_union' && !issue.discriminator && closestBranch(issue)) || [issue];

/** Whether an issue is about a value of the client's. Which fields there may be depends on a type that was a guess. */
const isGiven = (body: unknown, { code, path }: Issue): boolean =>
  code !== 'unrecognized_keys' && valueAt(body, path) !== undefined;

/** A refinement fails on values of the right types, so the rules can look at them. */
const isOfType = (issue: Issue): boolean => issue.code !== 'custom';

function repair(schema: AnySchema, body: unknown, issue: Issue): unknown {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys')
    return at(body, path, (object) => without(object as object, issue.keys));
  const key = path.at(-1);
  if (key === undefined) return body;
  const parent = path.slice(0, -1);
  const field = fieldOf(innermost(schemaAt(schema, body, parent)), key, valueAt(body, parent));
  if (field?._zod.optin !== undefined)
    return at(body, parent, (object) => without(object as object, [String(key)]));
  return at(body, path, (value) => standIn(field, value, issue));
}

const without = (object: object, keys: readonly string[]): object =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));

/** The body with another value at `path`, in a copy of what leads there. */
function at(body: unknown, path: Path, change: (value: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(body);
  if (body === null || typeof body !== 'object') return body;
  const inner = at((body as Record<PropertyKey, unknown>)[key], rest, change);
  if (Array.isArray(body)) return body.map((value: unknown, index) => (index === key ? inner : value));
  return { ...body, [key]: inner };
}

function valueAt(body: unknown, path: Path): unknown {
  return path.reduce((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], body);
}

function schemaAt(schema: AnySchema | undefined, body: unknown, path: Path): AnySchema | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return schema;
  const inner = fieldOf(innermost(schema), key, body);
  return schemaAt(inner, valueAt(body, [key]), rest);
}

type Def = {
  type: string;
  innerType?: AnySchema;
  shape?: Record<PropertyKey, AnySchema>;
  element?: AnySchema;
  valueType?: AnySchema;
  options?: AnySchema[];
  discriminator?: string;
  values?: unknown[];
  entries?: Record<string, unknown>;
};
const defOf = (schema: AnySchema | undefined): Def | undefined => schema?._zod.def as Def | undefined;

/** The schema without "may be absent" and "may be null" around it. */
function innermost(schema: AnySchema | undefined): AnySchema | undefined {
  const inner = defOf(schema)?.innerType;
  return inner ? innermost(inner) : schema;
}

/** The schema of a field. @param value what has the field, to tell which of several objects it is */
function fieldOf(schema: AnySchema | undefined, key: PropertyKey, value: unknown): AnySchema | undefined {
  const def = defOf(schema);
  if (!def) return undefined;
  if (def.options) return fieldOf(innermost(closest(def.options, value, def.discriminator)), key, value);
  return def.shape?.[key] ?? def.element ?? def.valueType;
}

/** Which of several objects a value is meant to be: by its type, or else by the most fields in common. */
function closest(
  options: AnySchema[],
  value: unknown,
  discriminator: string | undefined,
): AnySchema | undefined {
  const fields = value !== null && typeof value === 'object' ? Object.keys(value) : [];
  const score = (option: AnySchema): number => {
    const shape = defOf(option)?.shape ?? {};
    const type = discriminator && (value as Record<string, unknown> | undefined)?.[discriminator];
    if (discriminator && defOf(shape[discriminator])?.values?.includes(type)) return Infinity;
    return fields.filter((field) => Object.hasOwn(shape, field)).length;
  };
  return options.toSorted((a, b) => score(b) - score(a) || 0)[0];
}

/** Something of the right type. @param old what was there, kept as far as it can be. @param issue what is wrong with it */
function standIn(schema: AnySchema | undefined, old?: unknown, issue?: Issue): unknown {
  const def = defOf(innermost(schema));
  switch (def?.type) {
    case 'string':
      return 'x';
    case 'number':
      return issue?.code === 'too_small' ? issue.minimum : issue?.code === 'too_big' ? issue.maximum : 1;
    case 'boolean':
      return false;
    case 'literal':
      return def.values?.[0];
    case 'enum':
      return Object.values(def.entries ?? {})[0];
    case 'array':
      if (issue?.code === 'too_big' && Array.isArray(old)) return old.slice(0, Number(issue.maximum));
      return [...(Array.isArray(old) ? (old as unknown[]) : []), standIn(def.element)];
    case 'union':
      return standIn(closest(def.options ?? [], old, def.discriminator));
    default:
      return standInObject(def?.shape ?? {});
  }
}

function standInObject(shape: Record<PropertyKey, AnySchema>): object {
  const required = Object.entries(shape).filter(([, field]) => field._zod.optin === undefined);
  return Object.fromEntries(required.map(([name, field]) => [name, standIn(field)]));
}
