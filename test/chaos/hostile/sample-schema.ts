import type { SeededRandom } from '../seeded-random';
import { spoiledValue } from './spoiled-values';

/** As much of JSON Schema as the engine's OpenAPI document uses. */
export interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  items?: Schema | false;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  format?: string;
}

/** What makes a field valid that its schema says too little about: most requests must get past the first check. */
export type Hints = (field: string) => unknown;

const DEEPEST = 8;

/**
 * A value for a schema as JSON, almost valid: each part of it is spoiled with a small chance.
 * @param spoiled the chance for each part
 */
export function sampleJson(
  schema: Schema,
  random: SeededRandom,
  hints: Hints,
  spoiled: number,
  field = '',
  depth = 0,
): string {
  const sample = (inner: Schema, name = field): string =>
    sampleJson(inner, random, hints, spoiled, name, depth + 1);
  if (depth > DEEPEST || random.happens(spoiled)) return spoiledValue(random);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return sample(random.pick(choices));
  if (schema.allOf) return sample(random.pick(schema.allOf));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return JSON.stringify(random.pick(schema.enum));
  const hint = hints(field);
  const type = Array.isArray(schema.type) ? random.pick(schema.type) : schema.type;
  if (hint !== undefined && (type === 'string' || type === undefined)) return JSON.stringify(hint);
  switch (type) {
    case 'object':
      return sampleObject(schema, random, sample, spoiled);
    case 'array': {
      const most = Math.min(schema.maxItems ?? 3, (schema.minItems ?? 0) + 3);
      const length = Math.round(random.between(schema.minItems ?? 0, most));
      return `[${Array.from({ length }, () => sample(schema.items || {})).join(',')}]`;
    }
    case 'integer':
    case 'number': {
      const least = schema.minimum ?? 0;
      return String(Math.round(random.between(least, Math.min(schema.maximum ?? least + 100, least + 1000))));
    }
    case 'boolean':
      return String(random.happens(0.5));
    case 'null':
      return 'null';
    default:
      return JSON.stringify('Hello world '.repeat(9).slice(0, Math.min(schema.maxLength ?? 12, 100)));
  }
}

function sampleObject(
  { properties = {}, required = [], additionalProperties, propertyNames }: Schema,
  random: SeededRandom,
  sample: (schema: Schema, field?: string) => string,
  spoiled: number,
): string {
  const fields = Object.entries(properties)
    .filter(([name]) => (required.includes(name) ? !random.happens(spoiled) : random.happens(0.3)))
    .map(([name, inner]) => `${JSON.stringify(name)}:${sample(inner, name)}`);
  if (typeof additionalProperties === 'object')
    fields.push(
      `${propertyNames?.enum ? JSON.stringify(random.pick(propertyNames.enum)) : '"first_name"'}:${sample(additionalProperties)}`,
    );
  if (random.happens(spoiled))
    fields.push(`${JSON.stringify(random.pick(ODD_NAMES))}:${spoiledValue(random)}`);
  // A field that comes twice.
  if (fields[0] && random.happens(spoiled)) fields.push(fields[0]);
  return `{${fields.join(',')}}`;
}

const ODD_NAMES = ['__proto__', 'constructor', 'toString', '', 'id', 'nope', 'a.b', '0', 'é', '\u0000'];
