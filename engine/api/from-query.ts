import { z } from 'zod';

/**
 * The query parameter `from`: the linked number by which a request goes.
 * @param whenOptional when it may be left out
 */
export const fromQuery = (whenOptional: string): { from: z.ZodOptional<z.ZodString> } => ({
  from: z
    .string()
    .min(1)
    .max(32)
    .optional()
    .describe(`the linked number that asks or acts; optional if ${whenOptional}`),
});
