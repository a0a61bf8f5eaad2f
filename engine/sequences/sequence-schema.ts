import { z } from 'zod';
import {
  chars,
  LinkPreviewSchema,
  MAX_TEXT,
  MediaSchema,
  MessageSchema,
  PollSchema,
  SendWindowSchema,
} from '../messages/message-schema';
import { SEQUENCE_STATUSES } from '../store/tables/sequences';

/** What a sequence may be, as one source of validation, types and OpenAPI. */
const MOST_STEPS = 50;

const time = {
  after: chars(64).optional().describe('ISO 8601 duration from the start, such as P3D or PT2H'),
  at: chars(64).optional().describe('RFC 3339 with offset, such as 2026-07-01T09:00:00+02:00'),
  local_time: chars(64)
    .optional()
    .describe('HH:MM: that time of that day in timezone, or of the next day if it has passed'),
};

const StepSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('text'),
    text: chars(MAX_TEXT),
    link_preview: LinkPreviewSchema.default(true),
    ...time,
  }),
  z.strictObject({ type: z.literal('media'), media: MediaSchema, ...time }),
  z.strictObject({ type: z.literal('poll'), poll: PollSchema, ...time }),
]);
export type CreateStep = z.output<typeof StepSchema>;

export const CreateSequenceSchema = z.strictObject({
  to: chars(128).describe('+14155551234, or a chat id'),
  from: chars(32).optional().describe('a linked number; may be left out when there is one'),
  reference: chars(128).optional().describe("the caller's own word for it; its messages have it too"),
  timezone: chars(64).optional().describe("IANA name; the account's when absent"),
  stop_on_reply: z.boolean().default(true).describe('ends when the recipient writes or votes'),
  send_window: SendWindowSchema.optional(),
  steps: z.array(StepSchema).min(1).max(MOST_STEPS),
});
export type CreateSequence = z.output<typeof CreateSequenceSchema>;

export const CancelSequencesSchema = z
  .strictObject({ reference: chars(128).optional(), to: chars(128).optional() })
  .refine((filter) => Object.keys(filter).length > 0, {
    error: 'give at least one of reference, to',
    path: [],
  });
export type CancelSequences = z.output<typeof CancelSequencesSchema>;

export const SequenceSchema = z.object({
  id: z.string(),
  to: z.string(),
  from: z.string().nullable(),
  reference: z.string().nullable(),
  timezone: z.string(),
  stop_on_reply: z.boolean(),
  step_count: z.int(),
  status: z.enum(SEQUENCE_STATUSES),
  created_at: z.string(),
  ended_at: z.string().nullable(),
});

export const SequenceWithStepsSchema = SequenceSchema.extend({
  messages: z.array(MessageSchema.extend({ step: z.int().describe('from 1') })).describe('step by step'),
});
