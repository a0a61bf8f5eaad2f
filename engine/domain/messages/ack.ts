import type { MessageStatus } from './message-status';

/** How far a message has got; its times are null until they happen. */
interface Progress {
  status: MessageStatus;
  sent_at: Date | null;
  delivered_at: Date | null;
  read_at: Date | null;
}

/**
 * WhatsApp's own number for how far a sent message has got, as the published API shows it: -1 failed, 0 on its way, 1
 * accepted by the server, 2 delivered, 3 read.
 */
export function ackOf({
  status,
  sent_at: sentAt,
  delivered_at: deliveredAt,
  read_at: readAt,
}: Progress): number {
  if (readAt) return 3;
  if (deliveredAt) return 2;
  if (status === 'failed' || status === 'canceled') return -1;
  return sentAt ? 1 : 0;
}
