import { z } from 'zod';
import { MISSING_VARIABLE_POLICIES } from '../domain/campaigns/campaign-content';
import { CONTENT } from '../messages/message-schema';
import {
  chars,
  from,
  notEmpty,
  nullableTime,
  reference,
  SendWindowSchema,
  TAKEOVER_FIELDS,
  to,
  token,
} from '../request-fields';
import { ENDED_REASONS, RECURRENCE_STATUSES } from '../store/tables/recurrences';

/** Recurring messages in requests and responses: one definition for validation, types and OpenAPI. */
const LONGEST_RULE = 1000;
/** A rule may leave out so many of its moments. */
export const MOST_EXDATES = 500;

const time = token(64);
const rrule = chars(LONGEST_RULE).describe(
  'a rule of RFC 5545 without DTSTART, such as FREQ=WEEKLY;BYDAY=MO,TH; with COUNT, UNTIL, or open',
);
const start = time.describe(
  'the first moment, if it fits the rule: local in timezone such as 2026-03-02T09:00, or RFC 3339 with offset',
);
const timezone = token(64).describe('IANA name, such as Europe/Rome');
const exdates = z
  .array(time)
  .max(MOST_EXDATES)
  .describe('moments of the rule that do not take place, written as start; they count for COUNT');
const onMissingVariable = z
  .enum(MISSING_VARIABLE_POLICIES)
  .describe('with audience_id: what becomes of a contact without a value for a variable of the text');
const untilReply = z.boolean().describe('ends it when the person writes or votes');

const common = {
  to: to.optional(),
  audience_id: token(64).optional().describe('instead of to: a campaign to this audience each time'),
  from: from.optional(),
  rrule,
  start,
  timezone,
  exdates: exdates.default([]),
  send_window: SendWindowSchema.optional(),
  until_reply: untilReply.default(false),
  ...TAKEOVER_FIELDS,
  on_missing_variable: onMissingVariable.default('fail'),
  reference: reference.optional().describe('your own id for the recurrence and its messages'),
};

export const CreateRecurrenceSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), ...CONTENT.text, ...common }),
  z.strictObject({ type: z.literal('media'), ...CONTENT.media, ...common }),
  z.strictObject({ type: z.literal('poll'), ...CONTENT.poll, ...common }),
]);
export type CreateRecurrence = z.output<typeof CreateRecurrenceSchema>;

export const EditRecurrenceSchema = notEmpty(
  z.strictObject({
    rrule: rrule.optional(),
    start: start.optional(),
    timezone: timezone.optional(),
    exdates: exdates.optional(),
    text: CONTENT.text.text.optional(),
    media: CONTENT.media.media.optional(),
    poll: CONTENT.poll.poll.optional(),
    send_window: SendWindowSchema.nullable().optional(),
    until_reply: untilReply.optional(),
    only_while_bot: z.boolean().optional(),
    cancel_on_takeover: z.boolean().optional(),
    on_missing_variable: onMissingVariable.optional(),
    reference: reference.nullable().optional(),
  }),
);
export type EditRecurrence = z.output<typeof EditRecurrenceSchema>;

export const PreviewRecurrenceSchema = z.strictObject({
  rrule,
  start,
  timezone,
  exdates: exdates.default([]),
  send_window: SendWindowSchema.optional(),
});
export type PreviewRecurrence = z.output<typeof PreviewRecurrenceSchema>;

export const SkipSchema = z.strictObject({
  occurrence: time.describe('one of next, or a local time in the timezone of the recurrence'),
});

export const RecurrenceSchema = z.object({
  id: z.string(),
  to: z.string().nullable().describe('null for an audience, and once the recipient was erased'),
  audience_id: z.string().nullable(),
  person_id: z.string().nullable().describe('who gets it; null for groups, channels and audiences'),
  from: z.string().nullable(),
  rrule: z.string(),
  start: z.string().describe('local time in timezone'),
  timezone: z.string(),
  exdates: z.array(z.string()).describe('local times in timezone'),
  type: z.enum(['text', 'media', 'poll']),
  text: z.string().nullable(),
  media_url: z.string().nullable(),
  media_kind: z.string().nullable(),
  media_caption: z.string().nullable(),
  poll_question: z.string().nullable(),
  poll_options: z.array(z.string()).nullable(),
  on_missing_variable: z.enum(MISSING_VARIABLE_POLICIES).nullable().describe('null without an audience'),
  send_window: SendWindowSchema.nullable(),
  until_reply: z.boolean(),
  only_while_bot: z.boolean(),
  cancel_on_takeover: z.boolean(),
  reference: z.string().nullable(),
  status: z.enum(RECURRENCE_STATUSES),
  next: z.array(z.string()).describe('up to five moments ahead; empty unless it is active'),
  message_id: z
    .string()
    .nullable()
    .describe('the message of the next occurrence, or of one that is being sent'),
  campaign_id: z.string().nullable().describe('the same for an audience'),
  missed: z.int().describe('occurrences that were not sent in time, and never will be'),
  created_at: z.string(),
  ended_at: nullableTime,
  ended_reason: z.enum(ENDED_REASONS).nullable(),
  erased: z.boolean().describe('its recipient was erased'),
});
