import { z } from 'zod';
import { LONGEST_TEXT, LONGEST_TYPING_S } from '../../domain/messages/message-content';
import type { MessageTerms } from '../../messages/create-messages';
import { CreateMessageSchema } from '../../messages/message-schema';
import { chars } from '../../request-fields';

const DAY_S = 86_400;

/** One emoji as keyboards write them, also without its variation selector. */
const EMOJI = new RegExp('^(\\p{RGI_Emoji}|\\p{Extended_Pictographic})?$', 'v');

export const ReactSchema = z.strictObject({
  emoji: z
    .string()
    .max(32)
    .refine((text) => EMOJI.test(text), {
      error: 'is not an emoji. Use one, such as 👍, or an empty text to take the reaction back.',
    })
    .describe('replaces an earlier reaction; empty takes it back'),
});

export const EditSentSchema = z.strictObject({
  text: chars(LONGEST_TEXT).describe('the new text, or the new caption of a file'),
});

/** To whom, when and how a message is forwarded: as any other message, without content of its own. */
export const ForwardSchema = (CreateMessageSchema.options[0] as z.ZodObject).omit({
  ...{ type: true, text: true, link_preview: true, reply_to: true, mentions: true },
}) as unknown as z.ZodType<Omit<MessageTerms, 'reply_to' | 'mentions'>>;

export const PinSchema = z.strictObject({
  duration_s: z
    .literal([0, DAY_S, 7 * DAY_S, 30 * DAY_S])
    .describe('24 hours, 7 days or 30 days, as WhatsApp offers; 0 unpins it'),
});

export const TypingSchema = z.strictObject({
  seconds: z.number().min(1).max(LONGEST_TYPING_S),
  kind: z.enum(['text', 'voice']).default('text').describe('shows "typing…", or "recording…" for voice'),
});
