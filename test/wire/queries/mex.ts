import type { Person } from '../people/person';
import { Channel } from '../server/channel';
import type { Directory } from '../server/directory';
import { bytesOf, childOf, node } from '../transport/nodes';
import { Refusal, type Query } from './query';

/** The server's GraphQL: restrictions of accounts, and channels. */
export const mex: Query = {
  name: 'mex',
  xmlns: 'w:mex',
  child: 'query',
  answer: (iq, { person }, { directory }) => {
    const query = childOf(iq, 'query');
    const answer = ANSWERS[query?.attrs.query_id ?? ''];
    if (!answer) throw new Refusal(400, 'unknown query');
    const { variables = {} } = JSON.parse((bytesOf(query) ?? '{}').toString()) as { variables?: Variables };
    return [node('result', {}, Buffer.from(JSON.stringify(answer(person, directory, variables))))];
  },
};

interface Variables {
  input?: { key?: string; name?: string; description?: string | null };
}

type Answer = (person: Person, directory: Directory, variables: Variables) => object;

/** By the ids of WhatsApp's queries. */
const ANSWERS: Record<string, Answer> = {
  /** May this account write to people who never wrote to it? */
  '23983697327930364': (person) => ({ data: { xwa2_fetch_account_reachout_timelock: timelockOf(person) } }),
  /** How many new chats may it start? */
  '24503548349331633': (person) => ({ data: { xwa2_message_capping_info: cappingOf(person) } }),
  /** The channels of the account. */
  '6388546374527196': (person, { channels }) => {
    const own = [...channels.values()].filter(({ owner }) => owner === person);
    return { data: { xwa2_newsletter_subscribed: own.map((channel) => told(channel, person)) } };
  },
  '8823471724422422': (person, directory, { input: { name = '', description } = {} }) => {
    const channel = new Channel(directory.nextChatId('newsletter'), name, person, description ?? '');
    directory.channels.set(channel.jid, channel);
    return { data: { xwa2_newsletter_create: told(channel, person) } };
  },
  '6563316087068696': (person, { channels }, { input: { key = '' } = {} }) => {
    const channel = channels.get(key);
    if (!channel) return { errors: [{ message: 'Not Found', extensions: { error_code: 404 } }] };
    return { data: { xwa2_newsletter: told(channel, person) } };
  },
};

function told(channel: Channel, person: Person): object {
  const { jid: id, name, description, createdAt, inviteCode: invite, owner } = channel;
  return {
    id,
    state: { type: 'ACTIVE' },
    thread_metadata: {
      ...{
        creation_time: String(createdAt),
        description: { text: description },
        invite,
        name: { text: name },
      },
      ...{ subscribers_count: '0', verification: 'UNVERIFIED' },
    },
    viewer_metadata: { mute: 'OFF', role: owner === person ? 'OWNER' : 'GUEST' },
  };
}

/** An account's restriction in the server's GraphQL. Times are in seconds. */
export function timelockOf({ restriction }: Person): Record<string, unknown> {
  if (!restriction || restriction.until <= new Date()) return { is_active: false };
  return {
    is_active: true,
    time_enforcement_ends: String(Math.floor(restriction.until.getTime() / 1000)),
    enforcement_type: restriction.type,
  };
}

/** An account's quota of new chats in the server's GraphQL. Times are in seconds; -1 is no quota. */
export function cappingOf({ quota }: Person): Record<string, unknown> {
  const seconds = (date: Date): string => String(Math.floor(date.getTime() / 1000));
  const sent = { server_sent_timestamp: seconds(new Date()), mv_status: 'NOT_ELIGIBLE' };
  if (!quota) return { ...sent, total_quota: -1, used_quota: 0, capping_status: 'NONE' };
  const { limit, used, starts, ends } = quota.renewed();
  return {
    ...sent,
    ...{ total_quota: limit, used_quota: used },
    ...{ cycle_start_timestamp: seconds(starts), cycle_end_timestamp: seconds(ends) },
    capping_status: used >= limit ? 'CAPPED' : used >= limit * 0.9 ? 'SECOND_WARNING' : 'NONE',
  };
}
