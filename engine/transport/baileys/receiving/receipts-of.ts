import type { Receipt } from '../../transport';
import type { BinaryNode } from '../baileys';

/** What a receipt says of a message of ours, by the receipt's type; none says delivered. */
const STATUS: Readonly<Record<string, Receipt['status']>> = {
  '': 'delivered',
  // Delivered to a device that nobody looks at just now. It is what this very client says of what it gets.
  inactive: 'delivered',
  read: 'read',
  // A voice message that was listened to.
  played: 'read',
};

/** How far WhatsApp's clock, which tells whole seconds, may be behind ours for its "now" to be ours. */
const NOW_MS = 2_000;

/**
 * What a `<receipt>` tells of our own messages, one a message. Receipts of our own devices (`sender`, or with a
 * `recipient`), for another try (`retry`) and between devices (`peer_msg`) tell nothing of the recipient.
 */
export function receiptsOf(stanza: BinaryNode, now: number): Receipt[] {
  const { type = '', t, recipient } = stanza.attrs;
  const status = STATUS[type];
  if (!status || recipient !== undefined) return [];
  return wireIdsOf(stanza).map((wireId) => ({ wireId, status, at: timeOf(t, now) }));
}

/**
 * The wire ids that a receipt is about, whatever it says: its own, those of its list, or, in a group where the server
 * puts several people's together, the key of each set.
 */
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

/** A stanza's `t`, in whole seconds, as epoch milliseconds: never later than now, and now where it may be. */
export function timeOf(seconds: string | undefined, now: number): number {
  const at = Number(seconds) * 1000;
  return Number.isFinite(at) && at > 0 && at < now - NOW_MS ? at : now;
}
