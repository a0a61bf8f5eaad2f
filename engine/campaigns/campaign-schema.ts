import { z } from 'zod';
import { MISSING_VARIABLE_POLICIES } from '../domain/campaigns/campaign-content';
import { CAMPAIGN_STATUSES } from '../domain/campaigns/campaign-status';
import { LONGEST_CAPTION, LONGEST_TEXT } from '../domain/messages/message-content';
import { FORECAST_DAYS, FORECAST_REASONS } from '../domain/pacing/forecast/forecast';
import type { CampaignPacing } from '../domain/pacing/settings';
import { WaitingForSchema } from '../waiting/waiting-schema';
import {
  chars,
  from,
  notEmpty,
  nullableTime,
  sendAt,
  SendWindowSchema,
  TAKEOVER_FIELDS,
  to,
  token,
} from '../request-fields';
import { REPLY_DAYS } from '../store/tables/campaign-answers';

/** Campaigns in requests and responses: one definition for validation, types and OpenAPI. */
const text = chars(LONGEST_TEXT).describe(
  'template: {first_name}, {first_name|friend}, {phone}; {{x}} stays as it is',
);
const caption = chars(LONGEST_CAPTION).describe('template for the text under the media');
const footer = chars(LONGEST_CAPTION).describe('template for a last paragraph below the text');
const mediaUrl = token(2048).describe('https URL of the file that every contact gets');
const perTime = z.int().min(1).max(1_000_000).optional();

/** The most numbers that send a campaign together. */
const MOST_NUMBERS = 20;

const PacingSchema = notEmpty(
  z.strictObject({ per_minute: perTime, per_hour: perTime, per_day: perTime }),
  'of per_minute, per_hour, per_day',
).describe(
  "at most this many messages in that time; the number's own pacing still applies",
) satisfies z.ZodType<CampaignPacing>;

export const CreateCampaignSchema = z
  .strictObject({
    name: chars(120),
    audience_id: token(64),
    text: text.optional(),
    variants: z
      .array(z.strictObject({ name: chars(40), text, share: z.int().min(1).max(99) }))
      .min(2)
      .max(5)
      .optional()
      .describe('several texts in place of one; shares in percent, 100 in all'),
    media_url: mediaUrl.optional(),
    media_caption: caption.optional(),
    footer: footer.optional(),
    from: z
      .union([from, z.array(from).min(1).max(MOST_NUMBERS)])
      .optional()
      .describe('a linked number, or several that send it together'),
    on_missing_variable: z.enum(MISSING_VARIABLE_POLICIES).default('fail'),
    send_at: sendAt.optional(),
    send_window: SendWindowSchema.optional(),
    pacing: PacingSchema.optional(),
    reply_days: z
      .int()
      .min(1)
      .max(60)
      .default(REPLY_DAYS)
      .describe('for how many days after its message an answer or opt-out counts'),
    only_while_bot: TAKEOVER_FIELDS.only_while_bot,
    cancel_on_takeover: z
      .boolean()
      .default(false)
      .describe('cancels the messages to those whose chat a person has or takes over'),
  })
  .refine(({ text: one, variants, media_url: url }) => (one ?? variants ?? url) !== undefined, {
    error: 'is required. Use text, variants or media_url.',
    path: ['text'],
  })
  .refine((campaign) => campaign.text === undefined || campaign.media_url === undefined, {
    error: 'cannot be combined with media_url. Use media_caption for text under the media.',
    path: ['text'],
  })
  .refine(({ variants, text: one, media_caption: under }) => !variants || (one ?? under) === undefined, {
    error: 'cannot be combined with text or media_caption. Each variant has its own text.',
    path: ['variants'],
  })
  .refine((campaign) => campaign.media_caption === undefined || campaign.media_url !== undefined, {
    error: 'needs a media_url.',
    path: ['media_caption'],
  });
export type CreateCampaign = z.output<typeof CreateCampaignSchema>;

export const PreviewSchema = z
  .strictObject({
    text: text.optional(),
    media_caption: caption.optional(),
    footer: footer.optional(),
    audience_id: token(64).optional(),
    contact_id: token(64).optional(),
    to: to.optional(),
    variables: z.record(z.string(), z.string()).optional(),
  })
  .refine(({ text: body, media_caption: under }) => (body === undefined) !== (under === undefined), {
    error: 'is required, unless media_caption is given. Send exactly one of them.',
    path: ['text'],
  })
  .refine((preview) => (preview.audience_id === undefined) !== (preview.to === undefined), {
    error: 'is required, unless to is given. Send exactly one of them.',
    path: ['audience_id'],
  })
  .refine((preview) => (preview.audience_id === undefined) === (preview.contact_id === undefined), {
    error: 'can only be used with audience_id. Send both or neither.',
    path: ['contact_id'],
  })
  .refine((preview) => preview.variables === undefined || preview.to !== undefined, {
    error: 'can only be used with to. A stored contact has its own variables.',
    path: ['variables'],
  });
export type Preview = z.output<typeof PreviewSchema>;

export const PreviewedSchema = z.object({
  text: z.string().nullable().describe('as it would be sent, including the footer'),
  media_caption: z.string().nullable(),
  missing: z.array(z.string()).describe('variables without a value; they stay in the text as written'),
});

/** A variant with its counts. */
export const VariantSchema = z.object({
  name: z.string(),
  text: z.string(),
  share: z.int().describe('percent'),
  sent_count: z.int(),
  delivered_count: z.int(),
  read_count: z.int(),
  replied_count: z.int(),
  opted_out_count: z.int(),
  failed_count: z.int(),
});

export const CampaignSchema = z.object({
  id: z.string(),
  name: z.string(),
  audience_id: z.string(),
  status: z.enum(CAMPAIGN_STATUSES),
  total_count: z.int().describe('number of contacts'),
  sent_count: z.int(),
  delivered_count: z.int(),
  read_count: z.int(),
  replied_count: z.int().describe('people who answered within reply_days'),
  opted_out_count: z.int().describe('people who opted out within reply_days'),
  failed_count: z.int(),
  pending_count: z.int().describe('not sent, failed or canceled yet'),
  canceled_count: z.int(),
  from: z.string().nullable().describe('null if several numbers send it'),
  from_numbers: z.array(z.string()).describe('the numbers that send it'),
  text: z.string().nullable(),
  variants: z.array(VariantSchema).nullable(),
  media_url: z.string().nullable(),
  media_caption: z.string().nullable(),
  footer: z.string().nullable(),
  on_missing_variable: z.enum(MISSING_VARIABLE_POLICIES),
  reply_days: z.int(),
  send_at: nullableTime,
  send_window: SendWindowSchema.nullable(),
  pacing: PacingSchema.nullable(),
  paused_reason: z.string().nullable(),
  created_at: z.string(),
  started_at: nullableTime,
  completed_at: nullableTime,
  aborted_at: nullableTime,
  aborted_reason: z
    .string()
    .nullable()
    .describe(
      'session_removed, or missed for one of a recurrence that could not start in time; otherwise null',
    ),
  recurrence_id: z.string().nullable().describe('the recurrence that it is an occurrence of'),
  waiting_for: WaitingForSchema.nullable().describe(
    'why its next message has not gone; null if it may go now, or there is none',
  ),
});

/** When a campaign is expected to have sent its last message. */
export const ForecastSchema = z.object({
  completes_at: z
    .string()
    .nullable()
    .describe('when the last message is expected to be sent; null if the settings never allow it'),
  limited_by: z
    .enum(FORECAST_REASONS)
    .nullable()
    .describe('what it waits for most of the time; null if nothing holds it up'),
  per_day: z
    .array(z.int())
    .describe(`messages of the campaign in each 24 hours from now, for at most ${FORECAST_DAYS} days`),
  contact_count: z.int().describe('messages still to be sent'),
  new_contact_count: z.int().describe('how many of these go to new contacts'),
  ahead_count: z.int().describe('other messages sent before or between them'),
  waiting_for: WaitingForSchema.nullable().describe(
    'what its first message is expected to wait for; null if it may go now',
  ),
});
export type ShownForecast = z.output<typeof ForecastSchema>;

export const ForeseenCampaignSchema = CampaignSchema.extend({
  forecast: ForecastSchema.nullable().describe(
    'for what is left, as if it continued now; null if it has ended',
  ),
});
