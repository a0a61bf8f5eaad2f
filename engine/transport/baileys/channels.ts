import type { Channel, ChannelAct, ChannelAnswers } from '../channel-acts';
import { isCreatedSince } from '../created-since';
import type { CreatedOnce } from '../group-acts';
import { TransportError } from '../transport';
import type { BinaryNode, WASocket } from './baileys';
import { noAnswer } from './errors';

/** What WhatsApp's GraphQL says about a channel. Numbers may be strings. */
interface Told {
  id?: string;
  thread_metadata?: {
    creation_time?: string | number;
    description?: { text?: string } | null;
    invite?: string;
    name?: { text?: string };
    subscribers_count?: string | number;
    verification?: string;
  };
  viewer_metadata?: { role?: string } | null;
}

/** Ids of WhatsApp's queries, as Baileys and whatsmeow have them, with the names of their answers. */
const LIST = { id: '6388546374527196', answer: 'xwa2_newsletter_subscribed' };
const CREATE = { id: '8823471724422422', answer: 'xwa2_newsletter_create' };
const GET = { id: '6563316087068696', answer: 'xwa2_newsletter' };

/** Does something with channels. Queried directly, because Baileys cannot list them. @throws as `ChannelActs` says */
export async function actOnChannel<Act extends ChannelAct>(
  act: Act,
  socket: Pick<WASocket, 'query'>,
): Promise<ChannelAnswers[Act['do']]> {
  return (await answer(act, socket)) as ChannelAnswers[Act['do']];
}

async function answer(act: ChannelAct, socket: Pick<WASocket, 'query'>): Promise<Channel | Channel[]> {
  switch (act.do) {
    case 'list':
      return listChannels(socket);
    case 'create': {
      const { name, description } = act;
      const created = act.mayExist && (await findCreated(act, socket));
      if (created) return created;
      return channelIn((await ask(CREATE, { input: { name, description } }, socket)) as Told, 'OWNER');
    }
    case 'get': {
      const input = { key: act.channel, type: 'JID' };
      const wanted = { fetch_creation_time: true, fetch_full_image: true, fetch_viewer_metadata: true };
      return channelIn((await ask(GET, { ...wanted, input }, socket)) as Told | null);
    }
  }
}

async function listChannels(socket: Pick<WASocket, 'query'>): Promise<Channel[]> {
  const told = (await ask(LIST, {}, socket)) as Told[] | null;
  return (told ?? []).flatMap((one) => readChannel(one) ?? []);
}

/** The channel that an earlier try at the same has created. */
async function findCreated(
  { name, since }: CreatedOnce & { name: string },
  socket: Pick<WASocket, 'query'>,
): Promise<Channel | undefined> {
  const channels = await listChannels(socket);
  return channels.find((one) => one.name === name && one.isOwn && isCreatedSince(one, since));
}

function channelIn(told: Told | null, role?: string): Channel {
  const channel = told && readChannel(told, role);
  if (!channel) throw noSuchChannel();
  return channel;
}

function readChannel(
  { id, thread_metadata: thread, viewer_metadata: viewer }: Told,
  role?: string,
): Channel | null {
  if (!id) return null;
  const verification = thread?.verification;
  return {
    ...{ id, name: thread?.name?.text ?? '', description: thread?.description?.text || null },
    isOwn: (viewer?.role ?? role)?.toUpperCase() === 'OWNER',
    createdAt: thread?.creation_time ? Number(thread.creation_time) * 1000 : null,
    subscribers: thread?.subscribers_count === undefined ? null : Number(thread.subscribers_count),
    invite: thread?.invite ?? null,
    verification: verification === 'VERIFIED' || verification === 'UNVERIFIED' ? verification : null,
  };
}

/** @returns the data of the answer */
async function ask(
  { id, answer: name }: typeof LIST,
  variables: object,
  socket: Pick<WASocket, 'query'>,
): Promise<unknown> {
  const query: BinaryNode = {
    tag: 'query',
    attrs: { query_id: id },
    content: Buffer.from(JSON.stringify({ variables })),
  };
  const attrs = { to: 's.whatsapp.net', type: 'get', xmlns: 'w:mex' };
  const found = (await socket.query({ tag: 'iq', attrs, content: [query] })) as BinaryNode | undefined;
  const parts = Array.isArray(found?.content) ? found.content : [];
  const content = parts.find(({ tag }) => tag === 'result')?.content;
  if (!(content instanceof Uint8Array)) throw noAnswer('what the channel is like');
  const { data, errors } = JSON.parse(Buffer.from(content).toString()) as {
    data?: Record<string, unknown> | null;
    errors?: { message?: string; extensions?: { error_code?: number } }[];
  };
  const [error] = errors ?? [];
  if (error?.extensions?.error_code === 404) throw noSuchChannel();
  if (error) {
    const code = error.extensions?.error_code ?? 0;
    throw new TransportError(
      'channel_refused',
      code >= 500 || code === 429,
      `WhatsApp refused this (${error.message ?? 'no reason given'}). Open Channels once on the phone, then try again.`,
    );
  }
  return data?.[name] ?? null;
}

const noSuchChannel = (): TransportError =>
  new TransportError('not_found', false, 'WhatsApp knows no such channel.');
