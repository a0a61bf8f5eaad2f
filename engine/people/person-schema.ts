import { z } from 'zod';
import { ContactSchema } from '../audiences/audience-schema';
import { MessageSchema } from '../messages/message-schema';
import { OptOutSchema } from '../opt-outs/opt-outs';
import { ChatMessageSchema } from '../chats/chat-schema';
import { nullableTime } from '../request-fields';
import { SequenceSchema } from '../sequences/sequence-schema';

/** People in responses: one definition for types and OpenAPI. */
export const PersonSchema = z.object({
  id: z.string(),
  phone: z.string().nullable().describe('E.164; null if WhatsApp shows no number'),
  name: z.string().nullable().describe('the name that they gave themselves on WhatsApp'),
  names: z
    .array(
      z.object({
        kind: z.enum(['phone', 'lid', 'username']),
        value: z.string().describe('E.164 for a phone, …@lid for a lid, without @ for a username'),
      }),
    )
    .describe('everything that WhatsApp knows the person by; of usernames only the last'),
  opted_out: z.boolean(),
  last_heard_at: nullableTime.describe('when they last wrote, by the clock of WhatsApp'),
  last_written_at: nullableTime.describe('when WhatsApp accepted the last message to them'),
});
export type Person = z.output<typeof PersonSchema>;

/** Everything that is stored about a person. */
export const ExportSchema = z.object({
  person: PersonSchema,
  opt_out: OptOutSchema.nullable(),
  sequences: z.array(SequenceSchema),
  recurrences: z
    .array(z.record(z.string(), z.unknown()))
    .describe('recurring messages to them, as /v1/recurrences shows them'),
  contacts: z.array(ContactSchema.extend({ audience_id: z.string() })),
  messages: z.array(MessageSchema).describe('to the person, newest first'),
  history: z
    .array(ChatMessageSchema)
    .describe('the chat with them, then what they wrote in groups; newest first, as long as history is kept'),
  received: z
    .array(
      z.object({
        key: z.string(),
        kind: z.string().describe('message, reaction, poll_vote …'),
        session_id: z.string(),
        written_at: z.string(),
        received_at: z.string(),
      }),
    )
    .describe('when they wrote, oldest first'),
  events: z
    .array(
      z.object({
        id: z.string(),
        type: z.string(),
        created_at: z.string(),
        data: z.record(z.string(), z.unknown()),
      }),
    )
    .describe('of the last 30 days, oldest first: what they wrote, and what happened to messages to them'),
});

export const ErasedSchema = z.object({
  id: z.string(),
  deleted: z.literal(true),
  messages_canceled: z.int().describe('they were pending'),
  messages_erased: z.int().describe('messages to the person, the canceled ones included'),
  messages_deleted: z.int().describe('messages from the person'),
  contacts_removed: z.int().describe('from audiences'),
  webhooks_removed: z.int().describe('webhooks that listened only to the person'),
});
export type Erased = z.output<typeof ErasedSchema>;
