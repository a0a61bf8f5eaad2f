import { z } from 'zod';
import type { SendWindow } from './domain/time/send-window';

/** Request fields shared by several resources: one definition for validation, types and OpenAPI. */

/** A string of 1 to `most` characters. */
export const chars = (most: number) => z.string().min(1).max(most);

/** The same for what only machines read, such as an id or the name of a zone: spaces around it are dropped. */
export const token = (most: number) => z.string().trim().min(1).max(most);

export const to = chars(128).describe('+14155551234, or a chat id');

export const from = token(32).describe('a linked number; optional if only one is linked');

export const reference = chars(128);

export const instant = z.string().trim().describe('RFC 3339 with offset, such as 2026-07-01T09:00:00+02:00');

export const sendAt = instant.describe('RFC 3339 with offset, 10 s to 365 days ahead; omit it to send now');

export const SendWindowSchema = z
  .strictObject({
    start: z.string().trim().describe('HH:MM'),
    end: z.string().trim().describe('HH:MM, the first minute after the window'),
    timezone: z.string().trim().describe('IANA name, such as Europe/Rome'),
    days: z.array(z.int()).optional().describe('1 is Monday'),
  })
  .describe('a message that is due outside the window waits until it opens') satisfies z.ZodType<SendWindow>;

/** What becomes of a message while a person has the chat. */
export const TAKEOVER_FIELDS = {
  only_while_bot: z.boolean().default(false).describe('waits while a person has the chat'),
  cancel_on_takeover: z
    .boolean()
    .default(false)
    .describe('is canceled when a person takes over the chat, and refused while they have it'),
};

/** A time in a response. */
export const nullableTime = z.string().nullable();

/** Requires at least one field: for an edit that must change something, or a filter that must not match everything. */
export function notEmpty<Schema extends z.ZodType<object>>(
  schema: Schema,
  fields = 'field to change',
): Schema {
  return schema.refine((value) => Object.keys(value).length > 0, {
    error: `needs at least one ${fields}.`,
    path: [],
  });
}
