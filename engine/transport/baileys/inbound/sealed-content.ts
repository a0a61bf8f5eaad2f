import type { MessageKey } from '../baileys';
import { accountJid, chatIdOf } from '../jids';
import type { InboundTools } from '../tools';
import { senderOf, type Sender } from './sender';

/** Something about an earlier message, encrypted with that message's secret. */
export interface Sealed {
  targetMessageKey?: MessageKey | null;
  encPayload?: Uint8Array | null;
  encIv?: Uint8Array | null;
}

/** What a key is for. Phones and WhatsApp Web derive a key of its own for each. */
export type UseCase =
  | 'Poll Vote'
  | 'Message Edit'
  | 'Event Edit'
  | 'Poll Edit'
  | 'Poll Add Option'
  | 'Enc Reaction'
  | 'Enc Comment'
  | 'Event Response';

/** The use cases that also authenticate the target and the sender. */
const AUTHENTICATED: readonly UseCase[] = ['Poll Vote', 'Event Response'];

/**
 * Decrypts a vote, an edit, a reaction, a comment or an answer. WhatsApp encrypts them with the secret of the message that
 * they are about: it came with that message, which is stored, or is our own. WhatsApp Web does this in
 * `WAWebAddonEncryption`, whatsmeow in `generateMsgSecretKey`.
 * @param useCases tried in turn: the wrong one never decrypts
 * @param sender who sent it; all names of both sides are tried
 * @returns null if the message is not stored, or nothing fits
 */
export async function openSealed(
  { targetMessageKey, encPayload, encIv }: Sealed,
  useCases: readonly UseCase[],
  sender: Sender,
  tools: InboundTools,
): Promise<Uint8Array | null> {
  const id = targetMessageKey?.id;
  if (!id || !encPayload?.length || !encIv?.length) return null;
  const target = await targetOf(id, sender, tools);
  if (!target) return null;
  for (const useCase of useCases) {
    for (const author of target.authors) {
      for (const by of sender.jids) {
        try {
          const key = keyFor(target.secret, [id, author, by, useCase], tools);
          const also = AUTHENTICATED.includes(useCase) ? `${id}\0${by}` : '';
          return tools.baileys.aesDecryptGCM(encPayload, key, encIv, Buffer.from(also));
        } catch {
          // Encrypted with other names, or for something else.
        }
      }
    }
  }
  return null;
}

/** HKDF-SHA256 without salt, for one block. */
function keyFor(secret: Uint8Array, info: string[], { baileys: { hmacSign } }: InboundTools): Buffer {
  const extracted = hmacSign(secret, new Uint8Array(32));
  return hmacSign(Buffer.concat([Buffer.from(info.join('')), Buffer.from([1])]), extracted);
}

/** The secret of a message, and every jid that its author may be named by. */
async function targetOf(
  id: string,
  sender: Sender,
  tools: InboundTools,
): Promise<{ secret: Uint8Array; authors: string[] } | null> {
  const { memory, me } = tools;
  const ours = [me.lid, me.jid].flatMap((jid) => (jid ? [accountJid(jid)] : []));
  if (await memory.outgoing(id)) return { secret: memory.secretFor(id), authors: ours };
  const info = await storedMessage(id, sender, tools);
  const secret = info?.message?.messageContextInfo?.messageSecret;
  if (!info || !secret?.length) return null;
  const author = info.key?.fromMe ? null : await senderOf(info.key ?? {}, tools);
  return { secret, authors: author ? [...new Set([...author.jids, ...sender.jids])] : ours };
}

/** A message in the sender's chat, by a person or from our own phone; null if it is not stored. */
export async function storedMessage(
  id: string,
  { chatId, isGroup, jids, names }: Sender,
  { memory, baileys: { proto } }: InboundTools,
) {
  const also = isGroup ? [] : [...names, ...jids.flatMap((jid) => chatIdOf(jid) ?? [])];
  for (const chat of new Set([chatId, ...also])) {
    const bytes = await memory.inbound(chat, id);
    if (bytes) return proto.WebMessageInfo.decode(bytes);
  }
  return null;
}
