import { z } from 'zod';
import { completeBurst, MOST_BURST } from '../domain/bursts/burst-settings';
import { EVENT_NAMES } from '../domain/events/event-types';
import { chars, instant, notEmpty, nullableTime, reference, token } from '../request-fields';
import { DELIVERY_STATUSES } from '../store/tables/deliveries';
import { DISABLED_BY, WEBHOOK_STATUSES } from '../store/tables/webhooks';

const FilterSchema = z
  .strictObject({
    from: token(32).optional().describe('the number that wrote, E.164'),
    chat_id: token(128).optional().describe('a chat id or a phone number'),
    reference: reference.optional(),
    reply_only: z.boolean().optional().describe('for message.received: only replies to your messages'),
  })
  .describe('an event must match every field that is set');

const upTo = (most: number): z.ZodInt => z.int().min(1).max(most);
const usual = completeBurst();

const BurstSchema = z
  .strictObject({
    quiet_s: upTo(MOST_BURST.quiet_s)
      .optional()
      .describe(`told after so many seconds of silence; usually ${usual.quiet_s}`),
    most_s: upTo(MOST_BURST.most_s)
      .optional()
      .describe(
        `so many seconds after the first message at the latest; usually ${usual.most_s}, or four times quiet_s if that is more`,
      ),
    most_messages: upTo(MOST_BURST.most_messages)
      .optional()
      .describe(`as soon as there are so many messages; usually ${usual.most_messages}`),
  })
  .describe('for message.burst: when the messages that one person writes in a row are told as one event');

const events = z
  .array(z.enum(EVENT_NAMES as [string, ...string[]]))
  .min(1)
  .max(EVENT_NAMES.length)
  .refine((names) => new Set(names).size === names.length, {
    error: 'has the same event twice. Remove the duplicate.',
  });

const fields = {
  url: chars(2048),
  events,
  description: z.string().max(255),
  filter: FilterSchema,
  burst: BurstSchema,
  expires_at: instant.describe('RFC 3339 with offset; no events are sent after this'),
  max_deliveries: z.int().min(1).max(1_000_000).describe('the webhook is disabled after this many'),
};

export const CreateWebhookSchema = z.strictObject({
  url: fields.url,
  events: fields.events,
  description: fields.description.optional(),
  filter: fields.filter.optional(),
  burst: fields.burst.optional(),
  expires_at: fields.expires_at.optional(),
  max_deliveries: fields.max_deliveries.optional(),
});
export type CreateWebhook = z.output<typeof CreateWebhookSchema>;

export const EditWebhookSchema = notEmpty(
  z.strictObject({
    url: fields.url.optional(),
    events: fields.events.optional(),
    description: fields.description.nullable().optional(),
    filter: fields.filter.nullable().optional(),
    burst: fields.burst.nullable().optional(),
    status: z.enum(WEBHOOK_STATUSES).optional(),
    expires_at: fields.expires_at.nullable().optional(),
    max_deliveries: fields.max_deliveries.nullable().optional(),
  }),
);
export type EditWebhook = z.output<typeof EditWebhookSchema>;

export const WebhookSchema = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  description: z.string().nullable(),
  filter: z.record(z.string(), z.unknown()).nullable(),
  person_id: z
    .string()
    .nullable()
    .describe("the person whom the filter's from or chat_id names, the same under all their names"),
  burst: z
    .object({ quiet_s: z.int(), most_s: z.int(), most_messages: z.int() })
    .nullable()
    .describe('null unless it is registered for message.burst'),
  status: z.enum(WEBHOOK_STATUSES),
  disabled_by: z.enum(DISABLED_BY).nullable(),
  expires_at: nullableTime,
  max_deliveries: z.int().nullable(),
  delivered_count: z.int(),
  created_at: z.string(),
});
export const WebhookWithSecretSchema = WebhookSchema.extend({
  secret: z.string().describe('shown only here'),
});

export const DeliverySchema = z.object({
  id: z.string(),
  event_id: z.string(),
  event_type: z.string(),
  webhook_id: z.string(),
  status: z.enum(DELIVERY_STATUSES),
  attempts: z.int(),
  next_attempt_at: nullableTime,
  response_status: z.int().nullable(),
  error: z.string().nullable(),
  created_at: z.string(),
  last_attempt_at: nullableTime,
  delivered_at: nullableTime,
  event: z
    .object({
      id: z.string(),
      type: z.string(),
      created_at: z.string(),
      data: z.record(z.string(), z.unknown()),
    })
    .optional()
    .describe('with with_event=true: the event as it was posted'),
});
