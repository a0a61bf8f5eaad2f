import { z } from 'zod';
import type { SendWindow } from '../domain/time/send-window';

/** What a message may be, as one source of validation, types and OpenAPI. Limits are the contract's. */
export const MAX_TEXT = 4096;
export const MAX_BASE64 = 15_728_640;
export const MAX_BATCH = 1000;

export const chars = (most: number) => z.string().min(1).max(most);

export const MediaKindSchema = z.enum(['image', 'video', 'audio', 'document', 'sticker', 'voice', 'gif']);

export const MediaSchema = z
  .strictObject({
    url: z.string().min(1).max(2048).optional().describe('https address of the file'),
    data_base64: z.string().min(1).optional().describe('the file itself, base64'),
    kind: MediaKindSchema.optional().describe('detected when absent'),
    caption: chars(1024).optional(),
    filename: chars(255).optional(),
  })
  .refine((media) => (media.url === undefined) !== (media.data_base64 === undefined), {
    error: 'give either url or data_base64, and not both',
    path: [],
  });

export const PollSchema = z.strictObject({
  question: chars(255),
  options: z
    .array(chars(100))
    .min(2)
    .max(12)
    .refine((options) => new Set(options).size === options.length, {
      error: 'has the same option twice; give each once',
    }),
  allow_multiple: z.boolean().default(false),
});

export const SendWindowSchema = z
  .strictObject({
    start: z.string().describe('HH:MM'),
    end: z.string().describe('HH:MM, not itself inside'),
    timezone: z.string().describe('IANA name, such as Europe/Rome'),
    days: z.array(z.int()).optional().describe('1 is Monday'),
  })
  .describe('a due message outside it waits for the next opening') satisfies z.ZodType<SendWindow>;

export const LinkPreviewSchema = z.union([
  z.boolean(),
  z.strictObject({
    title: chars(300),
    description: chars(1000).optional(),
    canonical_url: z
      .url({ protocol: /^https?$/ })
      .max(2048)
      .optional(),
    thumbnail: z.base64().max(200_000).optional(),
  }),
]);

const instant = z.string().describe('RFC 3339 with offset, such as 2026-07-01T09:00:00+02:00');

const common = {
  to: z.string().min(1).max(128).describe('+14155551234, or a chat id'),
  send_at: instant.optional().describe('RFC 3339 with offset, 10 s to 365 days ahead; absent: now'),
  from: z.string().min(1).max(32).optional().describe('a linked number; may be left out when there is one'),
  reply_to: z.string().min(1).max(256).optional().describe('wire key of the message to quote'),
  mentions: z
    .strictObject({
      ids: z.array(z.string().min(1).max(128)).min(1).max(1024),
      displays: z.array(z.string().max(256)).max(1024).optional(),
    })
    .optional(),
  reference: chars(128).optional().describe("the caller's own word for it"),
  expires_at: instant.optional().describe('never sent later than this'),
  send_window: SendWindowSchema.optional(),
  cancel_on_reply: z.boolean().default(false).describe('canceled when the recipient writes first'),
  priority: z.enum(['high', 'normal', 'low']).default('normal'),
};

export const CreateMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('text'),
    text: chars(MAX_TEXT),
    link_preview: LinkPreviewSchema.default(true),
    ...common,
  }),
  z.strictObject({ type: z.literal('media'), media: MediaSchema, ...common }),
  z.strictObject({ type: z.literal('poll'), poll: PollSchema, ...common }),
]);
export type CreateMessage = z.output<typeof CreateMessageSchema>;

export const BatchSchema = z.strictObject({ messages: z.array(CreateMessageSchema).min(1).max(MAX_BATCH) });

export const EditMessageSchema = z
  .strictObject({
    text: chars(MAX_TEXT).optional(),
    media: MediaSchema.optional(),
    media_url: z.string().min(1).max(2048).optional(),
    media_caption: chars(1024).nullable().optional(),
    poll: PollSchema.optional(),
    send_at: instant.optional(),
    expires_at: instant.nullable().optional(),
    send_window: SendWindowSchema.nullable().optional(),
    reference: chars(128).nullable().optional(),
  })
  .refine((edit) => Object.keys(edit).length > 0, { error: 'give at least one field to change', path: [] });
export type EditMessage = z.output<typeof EditMessageSchema>;

export const CancelManySchema = z
  .strictObject({
    reference: chars(128).optional(),
    to: z.string().min(1).max(128).optional(),
    sequence_id: chars(64).optional(),
    campaign_id: chars(64).optional(),
  })
  .refine((filter) => Object.keys(filter).length > 0, {
    error: 'give at least one of reference, to, sequence_id, campaign_id',
    path: [],
  });
export type CancelMany = z.output<typeof CancelManySchema>;

const nullableTime = z.string().nullable();

export const MessageSchema = z.object({
  id: z.string(),
  key: z.string().nullable(),
  to: z.string(),
  from: z.string().nullable(),
  type: z.enum(['text', 'media', 'poll']),
  text: z.string().nullable(),
  media_url: z.string().nullable(),
  media_kind: z.string().nullable(),
  media_caption: z.string().nullable(),
  poll_question: z.string().nullable(),
  poll_options: z.array(z.string()).nullable(),
  status: z.enum(['scheduled', 'queued', 'sending', 'delivered', 'read', 'failed', 'canceled']),
  send_at: nullableTime,
  created_at: z.string(),
  sent_at: nullableTime,
  delivered_at: nullableTime,
  read_at: nullableTime,
  failed_at: nullableTime,
  failure_reason: z.string().nullable(),
  link_preview: LinkPreviewSchema.nullable(),
  reference: z.string().nullable(),
  expires_at: nullableTime,
  canceled_at: nullableTime,
  campaign_id: z.string().nullable(),
  sequence_id: z.string().nullable(),
  attempts: z.int(),
});
