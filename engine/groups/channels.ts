import { z } from 'zod';
import type { Mode } from '../domain/mode';
import { chars, nullableTime } from '../request-fields';
import type { Channel, ChannelAct, ChannelAnswers } from '../transport/channel-acts';
import type { CreatedOnce } from '../transport/group-acts';
import { sessionFor, type GroupDependencies } from './group-session';

/** Channels in requests and responses, as in the published API, which calls them newsletters. */
export const CreateChannelSchema = z.strictObject({
  name: chars(100),
  description: z.string().max(2048).optional(),
});
export type CreateChannel = z.output<typeof CreateChannelSchema>;

export const ChannelSchema = z.object({
  id: z.string().describe('…@newsletter, the chat id to send to'),
  name: z.string(),
  description: z.string().nullable(),
  owner: z
    .string()
    .nullable()
    .describe('the chat id of the linked number if it created the channel, else null'),
  created_at: nullableTime,
  subscribers: z.int().nullable(),
  invite: z.string().nullable().describe('the last part of https://whatsapp.com/channel/…'),
  verification: z.enum(['VERIFIED', 'UNVERIFIED']).nullable(),
});
type ShownChannel = z.output<typeof ChannelSchema>;

/** The channels that a linked number owns or follows, by name. @throws EngineError as `askGroup` */
export async function listChannels(
  deps: GroupDependencies,
  mode: Mode,
  from: string | undefined,
): Promise<ShownChannel[]> {
  const { answer, phone } = await ask(deps, mode, from, null, { do: 'list' });
  return answer
    .map((channel) => show(channel, phone))
    .sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}

/** Creates a channel, or finds the one that an earlier try has created. @throws EngineError as `askGroup` */
export async function createChannel(
  deps: GroupDependencies,
  mode: Mode,
  { name, description }: CreateChannel,
  from: string | undefined,
  once: CreatedOnce,
): Promise<ShownChannel> {
  const act = { do: 'create' as const, name, description: description || null, ...once };
  const { answer, phone } = await ask(deps, mode, from, null, act);
  return show(answer, phone);
}

/** @throws EngineError as `askGroup` */
export async function getChannel(
  deps: GroupDependencies,
  mode: Mode,
  id: string,
  from: string | undefined,
): Promise<ShownChannel> {
  const { answer, phone } = await ask(deps, mode, from, id, { do: 'get', channel: id });
  return show(answer, phone);
}

async function ask<Act extends ChannelAct>(
  { database, askOwner }: GroupDependencies,
  mode: Mode,
  from: string | undefined,
  channel: string | null,
  act: Act,
): Promise<{ answer: ChannelAnswers[Act['do']]; phone: string | null }> {
  const { id, phone } = await sessionFor(database, mode, channel, from);
  const answer = (await askOwner(id, { kind: 'channel', act })) as ChannelAnswers[Act['do']];
  return { answer, phone };
}

function show({ isOwn, createdAt, ...channel }: Channel, phone: string | null): ShownChannel {
  return {
    ...channel,
    owner: isOwn && phone ? `${phone.slice(1)}@c.us` : null,
    created_at: createdAt === null ? null : new Date(createdAt).toISOString(),
  };
}
