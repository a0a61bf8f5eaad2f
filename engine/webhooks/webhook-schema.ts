import { z } from 'zod';
import { EVENT_NAMES } from '../domain/events/event-types';

const FilterSchema = z
  .strictObject({
    from: z.string().min(1).max(32).optional().describe("the data's from, E.164"),
    chat_id: z.string().min(1).max(128).optional().describe('a chat id or a phone number'),
    reference: z.string().min(1).max(128).optional(),
    reply_only: z.boolean().optional().describe('of message.received, only replies to our messages'),
  })
  .describe('an event must match all that is given');

const events = z
  .array(z.enum(EVENT_NAMES as [string, ...string[]]))
  .min(1)
  .max(EVENT_NAMES.length)
  .refine((names) => new Set(names).size === names.length, { error: 'has the same event twice' });

const fields = {
  url: z.string().min(1).max(2048),
  events,
  description: z.string().max(255),
  filter: FilterSchema,
  expires_at: z.string().describe('RFC 3339 with offset; no events after that'),
  max_deliveries: z.int().min(1).max(1_000_000).describe('disabled after so many'),
};

export const CreateWebhookSchema = z.strictObject({
  url: fields.url,
  events: fields.events,
  description: fields.description.optional(),
  filter: fields.filter.optional(),
  expires_at: fields.expires_at.optional(),
  max_deliveries: fields.max_deliveries.optional(),
});
export type CreateWebhook = z.output<typeof CreateWebhookSchema>;

export const EditWebhookSchema = z
  .strictObject({
    url: fields.url.optional(),
    events: fields.events.optional(),
    description: fields.description.nullable().optional(),
    filter: fields.filter.nullable().optional(),
    status: z.enum(['enabled', 'disabled']).optional(),
    expires_at: fields.expires_at.nullable().optional(),
    max_deliveries: fields.max_deliveries.nullable().optional(),
  })
  .refine((edit) => Object.keys(edit).length > 0, { error: 'give at least one field to change', path: [] });
export type EditWebhook = z.output<typeof EditWebhookSchema>;

export const WebhookSchema = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  description: z.string().nullable(),
  filter: z.record(z.string(), z.unknown()).nullable(),
  status: z.enum(['enabled', 'disabled']),
  disabled_by: z.enum(['user', 'failures', 'limit']).nullable(),
  expires_at: z.string().nullable(),
  max_deliveries: z.int().nullable(),
  delivered_count: z.int(),
  created_at: z.string(),
});
export const WebhookWithSecretSchema = WebhookSchema.extend({
  secret: z.string().describe('shown this once'),
});

export const DeliverySchema = z.object({
  id: z.string(),
  event_id: z.string(),
  event_type: z.string(),
  webhook_id: z.string(),
  status: z.enum(['pending', 'delivered', 'failed', 'held']),
  attempts: z.int(),
  next_attempt_at: z.string().nullable(),
  response_status: z.int().nullable(),
  error: z.string().nullable(),
  created_at: z.string(),
  last_attempt_at: z.string().nullable(),
  delivered_at: z.string().nullable(),
});
