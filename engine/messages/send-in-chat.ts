import { z } from 'zod';
import { CreateMessageSchema, type CreateMessage } from './message-schema';

type WithoutTo<Message> = Message extends unknown ? Omit<Message, 'to'> : never;

const options = (CreateMessageSchema.options as readonly z.ZodObject[]).map((option) =>
  option.omit({ to: true }),
);

/** A message to the chat that the path names: as any other, without `to`. */
export const SendInChatSchema = z.discriminatedUnion('type', options as never) as unknown as z.ZodType<
  WithoutTo<CreateMessage>
>;
export type SendInChat = z.output<typeof SendInChatSchema>;
