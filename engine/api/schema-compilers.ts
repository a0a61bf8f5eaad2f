import type { FastifySchemaCompiler, FastifyServerOptions } from 'fastify';
import type { z } from 'zod';
import { EngineError, invalidRequest } from '../errors';
import { badCharacters } from './bad-characters';
import { faultsOf } from './validation-faults';

const compileValidator: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data) =>
    validate(schema, data ?? {}, httpPart);

/**
 * How Fastify is to use our zod schemas. Given with its options and not set later, so that it does not load compilers
 * of its own, which take longer than the rest of it.
 */
export const schemaCompilers: FastifyServerOptions['schemaController'] = {
  compilersFactory: {
    // Its types know no schemas but those of its own compiler.
    buildValidator: () => compileValidator as never,
    // Response schemas document; what is sent is typed already, and parsing it again would cost more than it finds.
    buildSerializer: () => () => (data: unknown) => JSON.stringify(data),
  },
};

/** One part of a request against its schema. An id that could be nobody's is not found, like any other wrong id. */
function validate(
  schema: z.ZodType,
  data: unknown,
  part?: string,
): { value: unknown } | { error: EngineError } {
  const parsed = schema.safeParse(data, { reportInput: true });
  const faults = parsed.success ? badCharacters(data) : faultsOf(parsed.error.issues);
  if (parsed.success && faults.length === 0) return { value: parsed.data };
  if (part !== 'params') return { error: invalidRequest(faults) };
  return { error: new EngineError('not_found', 'The path holds an id that the engine never gives.') };
}
