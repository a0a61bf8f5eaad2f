import type { Inbound } from '../../transport';
import type { BinaryNode } from '../baileys';
import type { InboundTools } from '../tools';
import { envelopeOf } from './envelope';
import { encoded, header, writerOf } from './read-inbound';

type Deed = Pick<Inbound, 'kind' | 'type' | 'options'>;

/** `<unavailable>` of media that can be viewed once, which WhatsApp sends only to the phone. */
const VIEW_ONCE = ['view_once', 'view_once_unavailable_fanout'];
/** `<unavailable>` of what WhatsApp sends only to the phone, whatever one asks. */
const NEVER_COMES = ['hosted_unavailable_fanout'];
/** The answers of WhatsApp's own assistants. */
const OF_A_BOT = ['bot_unavailable_fanout'];
/** The phone answers for the messages of so many days. Baileys asks for no older ones. */
const PHONE_KNOWS_MS = 14 * 24 * 3_600_000;
/** `edit` of a stanza: which change of an earlier message it holds. */
const CHANGES: Readonly<Record<string, Deed['kind']>> = { '1': 'edited', '7': 'revoked', '8': 'revoked' };
const PIN = '2';

/**
 * A message that came without content, or with one that this device cannot decrypt. Somebody wrote it, and its outside
 * says who and when. Null if it is not in a chat with people, or is between devices.
 *
 * WhatsApp does this with the first message of somebody who tapped an ad, with media that can be viewed once, and in
 * other cases in which only the phone gets the content. Usually Baileys then asks the phone, which sends it.
 * @param at epoch milliseconds
 * @param now the same
 * @returns `isAwaited` if the content may still come
 */
export async function readMissing(
  stanza: BinaryNode,
  at: number,
  now: number,
  tools: InboundTools,
): Promise<Inbound | null> {
  const { category, edit } = stanza.attrs;
  const why = childOf(stanza, 'unavailable')?.attrs.type ?? '';
  if (category === 'peer' || edit === PIN || OF_A_BOT.includes(why) || isOfABot(stanza)) return null;
  const envelope = envelopeOf(stanza, tools);
  const sender = envelope && (await writerOf(envelope.key, tools));
  if (!envelope?.key.id || !sender) return null;
  const whole = { ...header({ ...envelope, at }, sender), text: null, media: null, targetWireId: null };
  if (VIEW_ONCE.includes(why)) return { ...whole, kind: 'message', type: 'view_once' };
  const mayCome = !NEVER_COMES.includes(why) && at > now - PHONE_KNOWS_MS;
  return {
    ...whole,
    ...likelyDeed(stanza),
    ...(mayCome ? { isAwaited: true, ...encoded(envelope.key, undefined, tools) } : {}),
  };
}

/** What it is, by its outside. */
function likelyDeed(stanza: BinaryNode): Deed {
  const { edit = '', type } = stanza.attrs;
  const isVote = childOf(stanza, 'meta')?.attrs.polltype === 'vote';
  if (isVote) return { kind: 'poll_vote', type: 'unsupported', options: [] };
  return { kind: CHANGES[edit] ?? (type === 'reaction' ? 'reaction' : 'message'), type: 'unsupported' };
}

const isOfABot = (stanza: BinaryNode): boolean => childOf(stanza, 'enc')?.attrs.type === 'msmsg';

function childOf({ content }: BinaryNode, tag: string): BinaryNode | undefined {
  return Array.isArray(content) ? content.find((child) => child.tag === tag) : undefined;
}
