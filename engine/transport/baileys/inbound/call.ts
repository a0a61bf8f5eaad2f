import type { IncomingCall } from '../../transport';
import type { BinaryNode } from '../baileys';
import { accountJid, chatIdOf, isGroup } from '../jids';
import type { InboundTools } from '../tools';
import { senderOf } from './sender';

/** A call that is told later than this no longer rings. */
const RINGS_MS = 60_000;

/** What begins a call: for a device that could answer it, and for one that could not. */
const OFFERS = ['offer', 'offer_notice'];

/**
 * The call that a `<call>` stanza offers. Null for what happens to a call later, and for a call of the account's own.
 * @param at when it began, epoch milliseconds
 * @param now the same
 */
export async function readCall(
  stanza: BinaryNode,
  at: number,
  now: number,
  tools: Pick<InboundTools, 'me' | 'phoneOfLid'>,
): Promise<IncomingCall | null> {
  const children = Array.isArray(stanza.content) ? stanza.content : [];
  const offer = children.find(({ tag }) => OFFERS.includes(tag));
  const { 'call-id': id, 'group-jid': group, type, media } = offer?.attrs ?? {};
  const caller = offer?.attrs['call-creator'] ?? stanza.attrs.from;
  if (!offer || !id || !caller || isOwn(caller, tools)) return null;
  const alternative = offer.attrs.caller_pn ?? offer.attrs.caller_lid;
  const sender = await senderOf({ remoteJid: accountJid(caller), remoteJidAlt: alternative }, tools);
  if (!sender) return null;
  const groupChat = chatIdOf(group);
  const parts = Array.isArray(offer.content) ? offer.content : [];
  return {
    ...{ id, caller, at, names: sender.names, from: sender.from },
    chatId: groupChat && isGroup(groupChat) ? groupChat : sender.chatId,
    isVideo: media === 'video' || parts.some(({ tag }) => tag === 'video'),
    isGroup: type === 'group' || group !== undefined,
    isRinging: stanza.attrs.offline === undefined && at > now - RINGS_MS,
  };
}

const isOwn = (jid: string, { me }: Pick<InboundTools, 'me'>): boolean =>
  [me.jid, me.lid].some((own) => own && accountJid(own) === accountJid(jid));
