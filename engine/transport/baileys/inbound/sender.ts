import type { MessageKey } from '../baileys';
import { accountJid, chatIdOf, isChannel, isGroup, isLid, phoneOf } from '../jids';
import type { InboundTools } from '../tools';

/** Which chat a message is in and who wrote it. */
export interface Sender {
  chatId: string;
  isGroup: boolean;
  /** The writer's own chat id: `…@c.us`, or `…@lid` if the number is unknown. */
  author: string | null;
  /** E.164; null if unknown. */
  from: string | null;
  /** All jids known to be the writer's. */
  jids: string[];
  /** The chat ids of these. */
  names: string[];
}

/** WhatsApp's own announcements. */
const WHATSAPP = '0@c.us';

/** Null if it is not a chat with people: status updates, broadcasts, channels. */
export async function senderOf(
  key: MessageKey,
  tools: Pick<InboundTools, 'phoneOfLid'>,
): Promise<Sender | null> {
  const { remoteJid } = key;
  const chat = chatIdOf(remoteJid);
  if (!remoteJid || !chat || chat === WHATSAPP || isChannel(chat)) return null;
  if (!isGroup(chat)) {
    const writer = await accountOf([remoteJid, key.remoteJidAlt], tools);
    return { ...writer, chatId: writer.author ?? chat, isGroup: false };
  }
  return { ...(await accountOf([key.participant, key.participantAlt], tools)), chatId: chat, isGroup: true };
}

/**
 * The account behind jids that WhatsApp gave for one person. Of a lone lid, the number is added if the session knows it.
 */
export async function accountOf(
  names: readonly (string | null | undefined)[],
  { phoneOfLid }: Pick<InboundTools, 'phoneOfLid'>,
): Promise<Omit<Sender, 'chatId' | 'isGroup'>> {
  const jids = names.flatMap((name) => (name && chatIdOf(name) ? [accountJid(name)] : []));
  const lid = jids.find(isLid);
  if (lid && !jids.some((jid) => phoneOf(jid))) {
    const found = await phoneOfLid(lid);
    if (found && phoneOf(found)) jids.push(accountJid(found));
  }
  const number = jids.find((jid) => phoneOf(jid));
  const chatIds = jids.flatMap((jid) => chatIdOf(jid) ?? []);
  return { jids, names: [...new Set(chatIds)], author: chatIdOf(number ?? jids[0]), from: phoneOf(number) };
}
