import { z } from 'zod';
import { CONTENT, MessageSchema } from '../messages/message-schema';
import { from, notEmpty, reference, SendWindowSchema, TAKEOVER_FIELDS, to, token } from '../request-fields';
import { WaitingForSchema } from '../waiting/waiting-schema';
import { SEQUENCE_STATUSES } from '../store/tables/sequences';

/** Sequences in requests and responses: one definition for validation, types and OpenAPI. */
const MOST_STEPS = 50;

const time = {
  after: token(64).optional().describe('ISO 8601 duration after the start, such as P3D or PT2H'),
  at: token(64).optional().describe('RFC 3339 with offset, such as 2026-07-01T09:00:00+02:00'),
  local_time: token(64)
    .optional()
    .describe('HH:MM in timezone, on that day, or on the next if it has passed'),
};

const StepSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), ...CONTENT.text, ...time }),
  z.strictObject({ type: z.literal('media'), ...CONTENT.media, ...time }),
  z.strictObject({ type: z.literal('poll'), ...CONTENT.poll, ...time }),
]);
export type CreateStep = z.output<typeof StepSchema>;

export const CreateSequenceSchema = z.strictObject({
  to,
  from: from.optional(),
  reference: reference.optional().describe('your own id for the sequence and its messages'),
  timezone: token(64).optional().describe('IANA name; defaults to the time zone of the account'),
  stop_on_reply: z.boolean().default(true).describe('stops the sequence when the recipient writes or votes'),
  ...TAKEOVER_FIELDS,
  send_window: SendWindowSchema.optional(),
  steps: z.array(StepSchema).min(1).max(MOST_STEPS),
});
export type CreateSequence = z.output<typeof CreateSequenceSchema>;

export const CancelSequencesSchema = notEmpty(
  z.strictObject({ reference: reference.optional(), to: to.optional() }),
  'of reference, to',
);
export type CancelSequences = z.output<typeof CancelSequencesSchema>;

export const SequenceSchema = z.object({
  id: z.string(),
  to: z.string().nullable().describe('null once the recipient was erased'),
  person_id: z.string().nullable().describe('who gets it; null for groups and channels'),
  from: z.string().nullable(),
  reference: z.string().nullable(),
  timezone: z.string(),
  stop_on_reply: z.boolean(),
  step_count: z.int(),
  status: z.enum(SEQUENCE_STATUSES),
  created_at: z.string(),
  ended_at: z.string().nullable(),
  waiting_for: WaitingForSchema.nullable().describe(
    'why its next message has not gone; null if it may go now, or there is none',
  ),
  erased: z.boolean().describe('its recipient was erased'),
});

export const SequenceWithStepsSchema = SequenceSchema.extend({
  messages: z
    .array(MessageSchema.extend({ step: z.int().describe('from 1') }))
    .describe('in the order of the steps'),
});
