import type { OwnRead } from '../../own-reads';
import type { Receipt } from '../../transport';
import type { BinaryNode } from '../baileys';
import { chatIdOf, isGroup, isOwn } from '../jids';
import type { Me } from '../tools';

/** What a receipt says about our message, by its type; no type means delivered. */
const STATUS: Readonly<Record<string, Receipt['status']>> = {
  '': 'delivered',
  // Delivered to a device that is not in use right now. This client's own receipts have this type too.
  inactive: 'delivered',
  read: 'read',
  // A voice message was played.
  played: 'read',
};

/** WhatsApp's clock counts whole seconds; if it is behind ours by no more than this, the time is now. */
const NOW_MS = 2_000;

/** The types of `<enc>` that Baileys decrypts. */
const DECRYPTED = new Set(['pkmsg', 'msg', 'skmsg']);

/**
 * What a `<receipt>` says about our own messages. Receipts from our own devices (`sender`, or with a `recipient`),
 * requests to send again (`retry`) and those between devices (`peer_msg`) say nothing about the recipient.
 */
export function receiptsOf(stanza: BinaryNode, now: number): Receipt[] {
  const { type = '', t, recipient } = stanza.attrs;
  const status = STATUS[type];
  if (!status || recipient !== undefined) return [];
  return wireIdsOf(stanza).map((wireId) => ({ wireId, status, at: timeOf(t, now) }));
}

/**
 * What another device of our account says that its owner has read: a chat of two is its `recipient`, and a group is the
 * sender with our account as `participant`. The type is `read-self` if nobody else may know. Null: it says nothing of the
 * kind. As WhatsApp's clients read it (whatsmeow, `receipt.go`).
 */
export function ownReadOf(stanza: BinaryNode, me: Me): OwnRead | null {
  const { type, from = '', participant = '', recipient } = stanza.attrs;
  // Without a recipient it is about what our account wrote to itself.
  const isOurs = isGroup(from) ? isOwn(participant, me) : recipient !== undefined && isOwn(from, me);
  if (type !== 'read-self' && !(type === 'read' && isOurs)) return null;
  const chatId = chatIdOf(isGroup(from) ? from : (recipient ?? from));
  return chatId === null ? null : { chatId, wireIds: wireIdsOf(stanza) };
}

/** The wire ids that a receipt of any type is about: its own id, those of its list, and the key of each group set. */
export function wireIdsOf({ attrs, content }: BinaryNode): string[] {
  const inside = Array.isArray(content) ? content : [];
  const sets = inside.filter(({ tag }) => tag === 'participants').map(({ attrs: { key } }) => key);
  const list = inside.find(({ tag }) => tag === 'list')?.content;
  const more = Array.isArray(list)
    ? list.filter(({ tag }) => tag === 'item').map((item) => item.attrs.id)
    : [];
  const ids = [attrs.id, ...more, ...sets].filter((id) => id !== undefined);
  return [...new Set(ids)];
}

/** A stanza's `t` (whole seconds) in epoch milliseconds; `now` if it is missing, invalid, in the future or close to now. */
export function timeOf(seconds: string | undefined, now: number): number {
  const at = Number(seconds) * 1000;
  return Number.isFinite(at) && at > 0 && at < now - NOW_MS ? at : now;
}

/** The ciphertexts in a `<message>`: one, or two if the sender key of a group comes with it. */
export function sealedParts({ content }: BinaryNode): Uint8Array[] {
  if (!Array.isArray(content)) return [];
  return content
    .filter(({ tag, attrs }) => tag === 'enc' && DECRYPTED.has(attrs.type ?? ''))
    .map((part) => part.content)
    .filter((bytes) => bytes instanceof Uint8Array);
}

/** Whether a message was encrypted again, because a device could not decrypt it at first. */
export function isResent({ content }: BinaryNode): boolean {
  return (
    Array.isArray(content) && content.some(({ tag, attrs }) => tag === 'enc' && attrs.count !== undefined)
  );
}
