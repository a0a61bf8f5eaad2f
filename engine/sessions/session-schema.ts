import { z } from 'zod';
import { LONGEST_TAKEOVER_HOURS } from '../domain/chats/takeover';
import { MARK_READ_RULES } from '../domain/chats/mark-read-rule';
import { LINK_STATES } from '../domain/link-state';
import { LONGEST_TEXT } from '../domain/messages/message-content';
import { QUOTA_STATES } from '../domain/pacing/quota';
import { PROXY_FAULTS, type ProxyFaultWord } from '../domain/proxy-fault';
import { LONGEST_PROXY_URL } from '../network/proxy/proxy-url';
import { PacingEditSchema, PacingSchema } from '../pacing/pacing-schema';
import { chars, notEmpty, token } from '../request-fields';

const name = chars(120);

const proxy = chars(LONGEST_PROXY_URL)
  .nullable()
  .optional()
  .describe('http://, https:// or socks5:// with user and password; null: connect directly');

export const CreateSessionSchema = z.strictObject({
  name: name.nullable().optional().describe('your own name for the session, such as Front desk'),
  proxy,
});
export type CreateSession = z.output<typeof CreateSessionSchema>;

export const EditSessionSchema = notEmpty(
  z.strictObject({
    name: name.nullable().optional(),
    pacing: PacingEditSchema.optional(),
    reject_calls: z.boolean().optional().describe('whether to reject calls'),
    call_reply: chars(LONGEST_TEXT)
      .nullable()
      .optional()
      .describe('sent to a person whose call was rejected'),
    takeover_hours: z
      .number()
      .min(0)
      .max(LONGEST_TAKEOVER_HOURS)
      .optional()
      .describe('how long a chat is yours after you write in it on the phone; 0: not at all'),
    mark_read: z
      .enum(MARK_READ_RULES)
      .optional()
      .describe('when received messages are marked as read: before an answer, or as soon as they are stored'),
    proxy,
  }),
);
export type EditSession = z.output<typeof EditSessionSchema>;

export const PairingCodeRequestSchema = z.strictObject({
  phone: token(32).describe('the number to link, such as +14155551234'),
});

export const SessionSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  phone: z.string().nullable(),
  push_name: z.string().nullable().describe('the name that the WhatsApp account shows to others'),
  state: z.enum(LINK_STATES),
  reason: z.string().nullable().describe('why it is in this state, in plain words'),
  restricted_until: z.string().nullable(),
  quota: z
    .object({
      limit: z.int().describe('new chats that WhatsApp allows until resets_at'),
      used: z.int().describe('new chats started, as WhatsApp counted them when it was last asked'),
      resets_at: z.string().nullable().describe('null if WhatsApp did not say'),
      state: z.enum(QUOTA_STATES),
    })
    .nullable()
    .describe("WhatsApp's own limit on new chats; null if it sets none, or has not said"),
  connected_at: z.string().nullable(),
  created_at: z.string(),
  pacing: PacingSchema,
  reject_calls: z.boolean(),
  call_reply: z.string().nullable(),
  takeover_hours: z.number(),
  mark_read: z.enum(MARK_READ_RULES),
  proxy: z.string().nullable().describe('without its password'),
});

export const ProxyTestSchema = z.object({
  works: z.boolean(),
  fault: z.enum(Object.keys(PROXY_FAULTS) as [ProxyFaultWord]).nullable(),
  message: z.string().describe('what is wrong and what to do'),
  took_ms: z.number(),
});

export const QrSchema = z.object({
  qr: z.string().describe('text of the QR code to scan with the phone'),
  expires_at: z.string().describe('get a new code after this time: it changes every 20 to 60 seconds'),
});

export const PairingCodeSchema = z.object({
  code: z.string().describe('the code to type on the phone'),
  expires_at: z.string(),
});
