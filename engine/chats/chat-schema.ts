import { z } from 'zod';
import { from, nullableTime } from '../request-fields';

/** Chats in responses: one definition for types and OpenAPI. What the published API has, and fields of ours. */
export const ChatSchema = z.object({
  id: z.string().describe('the chat id, of a person by number if it is known'),
  name: z
    .string()
    .nullable()
    .describe('the name that the person gave themselves, or the subject of the group; null if unknown'),
  is_group: z.boolean(),
  is_newsletter: z.boolean(),
  last_message_at: nullableTime,
  unread_count: z.int().min(0).nullable().describe('messages received since the chat was last read'),
  marked_unread: z.boolean(),
  person_id: z.string().nullable().describe('who the chat is with; null for groups and channels'),
  handled_by: z.enum(['bot', 'human']).describe('human: you wrote in it on the phone, or it was taken over'),
  human_until: nullableTime.describe('when the bot has it again; null: when it is given back'),
});
export type Chat = z.output<typeof ChatSchema>;

export const EditChatSchema = z.strictObject({
  handled_by: z.enum(['bot', 'human']),
  human_until: z
    .string()
    .trim()
    .nullable()
    .optional()
    .describe(
      'RFC 3339 with offset, at most 365 days ahead; null: until it is given back; omit it for takeover_hours',
    ),
  from: from.optional().describe('only for this linked number; otherwise for each that has the chat'),
});
export type EditChat = z.output<typeof EditChatSchema>;

export const ChatMessageSchema = z.object({
  key: z.string(),
  chat_id: z.string(),
  from: z.string().describe('the chat id of who wrote it'),
  author: z.string().nullable().describe('in a group, the chat id of who wrote it'),
  from_name: z.string().nullable(),
  from_me: z.boolean(),
  timestamp: nullableTime,
  type: z
    .string()
    .describe(
      'chat, image, video, document, audio, ptt, sticker, gif, poll_creation, location, vcard, revoked …',
    ),
  text: z.string().nullable().describe('the text or caption, or what it says in words'),
  ack: z.int().nullable().describe('of sent ones: -1 failed, 0 pending, 1 server, 2 delivered, 3 read'),
  media_url: z.string().nullable().describe('signed, valid for 4 days'),
  caption: z.string().nullable(),
  filename: z.string().nullable(),
  media: z
    .object({
      mime: z.string().nullable(),
      filename: z.string().nullable(),
      size: z.int().nullable(),
      data_base64: z.string().nullable().optional().describe('with include_media_content, up to 1 MiB'),
      left_out: z
        .enum(['too_large', 'page_full', 'unavailable'])
        .nullable()
        .optional()
        .describe('with include_media_content: why data_base64 is null'),
    })
    .nullable(),
  reply_to: z.string().nullable().describe('key of the message that it quotes'),
  source: z
    .enum(['received', 'engine', 'phone', 'history'])
    .describe('received, sent by the engine, written on the phone, or loaded from the phone'),
  message_id: z.string().nullable().describe('of a message that the engine sent: its id in /v1/messages'),
  session_id: z.string(),
  edited_at: nullableTime,
  revoked_at: nullableTime,
  expires_at: nullableTime.describe('when it disappears from the chat'),
  own_reaction: z.string().nullable().describe('the emoji with which this number has reacted'),
  pinned_until: nullableTime,
});
export type ChatMessage = z.output<typeof ChatMessageSchema>;

/** A chat in a list. */
export const ListedChatSchema = ChatSchema.extend({
  last_message: ChatMessageSchema.nullable()
    .optional()
    .describe('with include_last_message; null if it is not kept, or was taken back'),
});

export type ShownChat = z.output<typeof ListedChatSchema>;

export const AckSchema = z.object({ ack: z.int().nullable() });

export const ChatMediaSchema = z.object({
  url: z.string().nullable(),
  mimetype: z.string().nullable(),
  filename: z.string().nullable(),
  data_base64: z.string().nullable(),
  original_quality: z.boolean().nullable(),
  media_unavailable: z.enum(['expired', 'fetching', 'awaiting_sender', 'error', 'no_media']).nullable(),
});
export type ChatMedia = z.output<typeof ChatMediaSchema>;
