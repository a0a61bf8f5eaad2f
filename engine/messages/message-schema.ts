import { z } from 'zod';
import {
  LONGEST_CAPTION,
  LONGEST_TEXT,
  LONGEST_TYPING_S,
  MEDIA_KINDS,
  MESSAGE_TYPES,
} from '../domain/messages/message-content';
import { MESSAGE_STATUSES } from '../domain/messages/message-status';
import { PRIORITIES } from '../domain/messages/priority';
import { WaitingForSchema } from '../waiting/waiting-schema';
import {
  chars,
  from,
  instant,
  notEmpty,
  nullableTime,
  reference,
  SendWindowSchema,
  TAKEOVER_FIELDS,
  to,
  token,
} from '../request-fields';
import { editedSendAt, MomentSchema, sendAtOrRelative } from './moment-schema';

/**
 * Messages in requests and responses: one definition for validation, types and OpenAPI. The contract sets the limits.
 */
export const LONGEST_BASE64 = 15_728_640;
const MOST_AT_ONCE = 1000;

const text = chars(LONGEST_TEXT);
const caption = chars(LONGEST_CAPTION);
const mediaUrl = token(2048);
const typingSeconds = z
  .number()
  .min(0)
  .max(LONGEST_TYPING_S)
  .describe(
    'shows "typing…", or "recording…" for voice, so long before it goes; overrides the session’s typing',
  );

const MediaSchema = z
  .strictObject({
    url: mediaUrl.optional().describe('https URL of the file'),
    data_base64: z.string().min(1).optional().describe('the bytes of the file in base64'),
    kind: z.enum(MEDIA_KINDS).optional().describe('detected if omitted'),
    caption: caption.optional(),
    filename: chars(255).optional(),
  })
  .refine((media) => (media.url === undefined) !== (media.data_base64 === undefined), {
    error: 'needs either url or data_base64, not both.',
    path: [],
  });

const PollSchema = z.strictObject({
  question: chars(255),
  options: z
    .array(chars(100))
    .min(2)
    .max(12)
    .refine((options) => new Set(options).size === options.length, {
      error: 'has the same option twice. Remove the duplicate.',
    }),
  allow_multiple: z.boolean().default(false),
});

const LinkPreviewSchema = z.union([
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

const LocationSchema = z.strictObject({
  latitude: z.number().min(-90).max(90).describe('degrees, north positive'),
  longitude: z.number().min(-180).max(180).describe('degrees, east positive'),
  name: chars(255).optional().describe('what the place is called'),
  address: chars(1024).optional(),
});
export type LocationInput = z.output<typeof LocationSchema>;

const ContactCardSchema = z.strictObject({
  name: chars(255),
  phones: z.array(chars(128)).min(1).max(10).describe('with country code, such as +14155551234'),
  organization: chars(255).optional(),
});
export type ContactCardInput = z.output<typeof ContactCardSchema>;

/** The fields with the content of each type of message. */
export const CONTENT = {
  text: { text, link_preview: LinkPreviewSchema.default(true) },
  media: { media: MediaSchema },
  poll: { poll: PollSchema },
  location: { location: LocationSchema },
  contact: { contact: ContactCardSchema },
};

const common = {
  to,
  send_at: sendAtOrRelative.optional(),
  from: from.optional(),
  reply_to: token(256).optional().describe('key of the message to quote'),
  mentions: z
    .strictObject({
      ids: z.array(token(128)).min(1).max(1024),
      displays: z.array(z.string().max(256)).max(1024).optional(),
    })
    .optional(),
  reference: reference.optional().describe('your own id for the message'),
  expires_at: instant.optional().describe('RFC 3339 with offset; the message is never sent after this'),
  send_window: SendWindowSchema.optional(),
  cancel_on_reply: z
    .boolean()
    .default(false)
    .describe('cancels the message if the recipient writes before it is sent'),
  ...TAKEOVER_FIELDS,
  priority: z.enum(PRIORITIES).default('normal'),
  typing_seconds: typingSeconds.optional(),
  audience_id: token(64).optional().describe('with to status@broadcast: the audience that sees the status'),
};

/** A new message; with more fields for one of several. */
function newMessage<Own extends z.ZodRawShape>(own: Own) {
  return z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('text'), ...CONTENT.text, ...common, ...own }),
    z.strictObject({ type: z.literal('media'), ...CONTENT.media, ...common, ...own }),
    z.strictObject({ type: z.literal('poll'), ...CONTENT.poll, ...common, ...own }),
    z.strictObject({ type: z.literal('location'), ...CONTENT.location, ...common, ...own }),
    z.strictObject({ type: z.literal('contact'), ...CONTENT.contact, ...common, ...own }),
  ]);
}

export const CreateMessageSchema = newMessage({});
export type CreateMessage = z.output<typeof CreateMessageSchema>;

const BatchedMessageSchema = newMessage({
  idempotency_key: chars(64)
    .optional()
    .describe('like the header Idempotency-Key of a request with this message alone'),
});

export const BatchSchema = z.strictObject({
  messages: z.array(BatchedMessageSchema).min(1).max(MOST_AT_ONCE),
});

export const EditMessageSchema = notEmpty(
  z.strictObject({
    text: text.optional(),
    media: MediaSchema.optional(),
    media_url: mediaUrl.optional(),
    media_caption: caption.nullable().optional(),
    poll: PollSchema.optional(),
    location: LocationSchema.optional(),
    contact: ContactCardSchema.optional(),
    send_at: editedSendAt.optional(),
    expires_at: instant.nullable().optional(),
    send_window: SendWindowSchema.nullable().optional(),
    reference: reference.nullable().optional(),
    typing_seconds: typingSeconds.nullable().optional(),
    only_while_bot: z.boolean().optional(),
    cancel_on_takeover: z.boolean().optional(),
  }),
);
export type EditMessage = z.output<typeof EditMessageSchema>;

export const CancelManySchema = notEmpty(
  z.strictObject({
    reference: reference.optional(),
    to: to.optional(),
    sequence_id: token(64).optional(),
    campaign_id: token(64).optional(),
  }),
  'of reference, to, sequence_id, campaign_id',
);
export type CancelMany = z.output<typeof CancelManySchema>;

export const MessageSchema = z.object({
  id: z.string(),
  key: z.string().nullable(),
  to: z.string().nullable().describe('null once the recipient was erased'),
  from: z.string().nullable(),
  type: z.enum(MESSAGE_TYPES),
  text: z.string().nullable(),
  media_url: z.string().nullable(),
  media_kind: z.string().nullable(),
  media_caption: z.string().nullable(),
  poll_question: z.string().nullable(),
  poll_options: z.array(z.string()).nullable(),
  location: z
    .object({
      latitude: z.number(),
      longitude: z.number(),
      name: z.string().nullable(),
      address: z.string().nullable(),
    })
    .nullable(),
  contact: z
    .object({ name: z.string(), phones: z.array(z.string()), organization: z.string().nullable() })
    .nullable(),
  status: z.enum(MESSAGE_STATUSES),
  send_at: nullableTime,
  moment: MomentSchema,
  created_at: z.string(),
  sent_at: nullableTime,
  delivered_at: nullableTime,
  read_at: nullableTime,
  failed_at: nullableTime,
  failure_reason: z.string().nullable(),
  link_preview: z
    .object({
      title: z.string().nullable(),
      description: z.string().nullable(),
      canonical_url: z.string().nullable(),
      thumbnail: z.string().nullable(),
    })
    .nullable()
    .describe('the preview that you gave'),
  reference: z.string().nullable(),
  expires_at: nullableTime,
  canceled_at: nullableTime,
  forwarded: z.boolean().describe('whether it is marked as forwarded'),
  edited_at: nullableTime.describe('when its text or caption was changed after it was sent'),
  revoked_at: nullableTime.describe('when it was taken back for everyone'),
  campaign_id: z.string().nullable(),
  sequence_id: z.string().nullable(),
  recurrence_id: z.string().nullable(),
  audience_id: z.string().nullable().describe('of a status: who sees it'),
  person_id: z.string().nullable().describe('who gets it; null for groups and channels'),
  attempts: z.int(),
  waiting_for: WaitingForSchema.nullable().describe(
    'why it has not gone; null if it may go now, or is not pending',
  ),
  erased: z
    .boolean()
    .describe('its recipient was erased: recipient, content and reference are gone, the rest stays'),
});
