import { accountJid, chatIdOf, isChannel, isGroup, isLid, phoneOf } from '../jids';
import type { WireKeyParts } from '../wire-types';
import type { InboundTools } from './inbound-tools';

/** Where a message stands and who wrote it, in the engine's words. */
export interface Sender {
  chatId: string;
  isGroup: boolean;
  /** The writer's own chat id: `…@c.us`, or `…@lid` where no number is known. */
  author: string | null;
  /** E.164; null where no number is known. */
  from: string | null;
  /** Every jid that is known to be the writer's, as WhatsApp may have named them. */
  jids: string[];
}

/** WhatsApp's own announcements come from here. */
const WHATSAPP = '0@c.us';

/** Null for what is no chat with people: status updates, broadcasts, channels. */
export async function senderOf(
  key: WireKeyParts,
  tools: Pick<InboundTools, 'phoneOfLid'>,
): Promise<Sender | null> {
  const { remoteJid } = key;
  const chat = chatIdOf(remoteJid);
  if (!remoteJid || !chat || chat === WHATSAPP || isChannel(chat)) return null;
  if (!isGroup(chat)) {
    const writer = await writerOf([remoteJid, key.remoteJidAlt], tools);
    return { ...writer, chatId: writer.author ?? chat, isGroup: false };
  }
  return { ...(await writerOf([key.participant, key.participantAlt], tools)), chatId: chat, isGroup: true };
}

async function writerOf(
  names: (string | null | undefined)[],
  { phoneOfLid }: Pick<InboundTools, 'phoneOfLid'>,
): Promise<Omit<Sender, 'chatId' | 'isGroup'>> {
  const jids = names.flatMap((name) => (name && chatIdOf(name) ? [accountJid(name)] : []));
  const lid = jids.find(isLid);
  if (lid && !jids.some((jid) => phoneOf(jid))) {
    const found = await phoneOfLid(lid);
    if (found && phoneOf(found)) jids.push(accountJid(found));
  }
  const number = jids.find((jid) => phoneOf(jid));
  return { jids, author: chatIdOf(number ?? jids[0]), from: phoneOf(number) };
}
