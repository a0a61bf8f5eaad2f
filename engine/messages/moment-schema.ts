import { z } from 'zod';
import { MESSAGE_STATUSES } from '../domain/messages/message-status';
import { IF_PAST } from '../domain/time/moment';
import { instant, nullableTime, reference, sendAt } from '../request-fields';

/** A time relative to a moment of the client's, in requests and answers. */

const duration = z
  .string()
  .trim()
  .max(64)
  .describe('ISO 8601 duration in whole numbers, such as P1D or PT2H');
const of = instant.describe('the moment, RFC 3339 with offset');
const timeOfDay = z.string().trim().describe('HH:MM, the time of that day; needs timezone');
const timezone = z.string().trim().max(64).describe('IANA name, such as Europe/Rome, for days and at');
const ifPast = z
  .enum(IF_PAST)
  .describe('if the time has passed: refuse it, cancel it until the moment moves, or send it now');

const relative = {
  before: duration.optional(),
  after: duration.optional(),
  at: timeOfDay.optional(),
  timezone: timezone.optional(),
  if_past: ifPast.optional(),
};

export const sendAtOrRelative = z.union([sendAt, z.strictObject({ ...relative, of })]);

/** In an edit, the fields that are absent stay as they are. */
export const editedSendAt = z.union([
  sendAt,
  z.strictObject({
    ...relative,
    of: of.optional(),
    at: timeOfDay.nullable().optional(),
    timezone: timezone.nullable().optional(),
  }),
]);

export const MomentSchema = z
  .object({
    before: z.string().nullable(),
    after: z.string().nullable(),
    of: z.string(),
    at: z.string().nullable(),
    timezone: z.string().nullable(),
    if_past: z.enum(IF_PAST),
    skipped: z
      .boolean()
      .describe('it is canceled because its time had passed; a later moment brings it back'),
  })
  .nullable()
  .describe('what send_at is relative to; null if it has a time of its own');

export const MoveSchema = z.strictObject({
  reference,
  of: instant.describe('the new moment, RFC 3339 with offset'),
  was: instant
    .optional()
    .describe('the moment so far; only needed if messages with this reference hang on several'),
});
export type Move = z.output<typeof MoveSchema>;

const MOVED = ['moved', 'sent_now', 'resumed', 'unchanged'] as const;
const NOT_MOVED = ['already_sent', 'failed', 'canceled', 'another_moment', 'no_moment'] as const;
export type MovedOutcome = (typeof MOVED)[number] | 'skipped';
export type NotMovedOutcome = (typeof NOT_MOVED)[number];

const listOf = <const Outcome extends string>(...outcomes: Outcome[]) =>
  z.array(
    z.object({
      id: z.string(),
      to: z.string(),
      status: z.enum(MESSAGE_STATUSES),
      send_at: nullableTime,
      outcome: z.enum(outcomes),
    }),
  );

export const MovedSchema = z.object({
  moved: listOf(...MOVED).describe('hang on the new moment and will be sent'),
  skipped: listOf('skipped').describe('canceled by if_past, because their time has passed'),
  not_moved: listOf(...NOT_MOVED).describe('have this reference too, and stay as they are'),
});
export type Moved = z.output<typeof MovedSchema>;
