import { z } from 'zod';
import { WAITING_REASONS } from '../domain/waiting/waiting-for';

/** Why something has not gone, in responses. */
export const WaitingForSchema = z.object({
  reason: z.enum(WAITING_REASONS),
  until: z
    .string()
    .nullable()
    .describe('before then it does not go, and then this reason ends; null: nobody knows when'),
  message: z.string().describe('for people to read: why, until when, and what to do'),
});
