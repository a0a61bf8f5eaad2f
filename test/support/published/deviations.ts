import operations from './operations.json';
import published from './schemas.json';

/** A schema of the API that Blueticks published for its v1, as far as those schemas go. */
interface Schema {
  type?: string;
  nullable?: boolean;
  enum?: unknown[];
  format?: string;
  minimum?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema;
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const IS_TYPE: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  array: Array.isArray,
  object: (value) => value !== null && typeof value === 'object' && !Array.isArray(value),
};

/** Where a value is not as published. Fields of our own are allowed. */
export function deviations(name: keyof typeof published, value: unknown): string[] {
  return find(published[name] as Schema, value, name);
}

/** An operation of the published API, such as `GET /v1/chats/{id}`. */
export type Operation = keyof typeof operations;

export const OPERATIONS = Object.keys(operations) as Operation[];

/** Where an answer to an operation is not as published, status and all. */
export function answerDeviations(operation: Operation, answer: { status: number; body: unknown }): string[] {
  const answers = operations[operation] as Record<string, Schema | null>;
  // What makes an audience or a campaign answers 201 here: something was made. Clients take both.
  const status = answer.status === 201 && !('201' in answers) ? 200 : answer.status;
  if (!(status in answers)) return [`${operation} answers ${answer.status}`];
  return find(answers[status] ?? undefined, answer.body, operation);
}

function find(schema: Schema | undefined, value: unknown, path: string): string[] {
  if (!schema) return [];
  if (value === null) return schema.nullable ? [] : [`${path} is null`];
  if (schema.type && !IS_TYPE[schema.type]!(value)) return [`${path} is ${typeof value}, not ${schema.type}`];
  if (schema.enum && !schema.enum.includes(value)) return [`${path} is ${String(value)}`];
  if (schema.format === 'date-time' && !MOMENT.test(value as string)) return [`${path} is not a time`];
  if (schema.minimum !== undefined && (value as number) < schema.minimum) return [`${path} is too small`];
  if (Array.isArray(value))
    return value.flatMap((each, index) => find(schema.items, each, `${path}.${index}`));
  if (typeof value !== 'object') return [];
  const object = value as Record<string, unknown>;
  const missing = (schema.required ?? []).filter((field) => !Object.hasOwn(object, field));
  return [
    ...missing.map((field) => `${path} has no ${field}`),
    ...Object.entries(object).flatMap(([field, each]) =>
      find(schema.properties?.[field] ?? schema.additionalProperties, each, `${path}.${field}`),
    ),
  ];
}
