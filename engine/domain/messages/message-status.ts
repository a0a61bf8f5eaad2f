/** In the order that a message passes through them. `failed` and `canceled` can end it before it is delivered. */
export const MESSAGE_STATUSES = [
  'scheduled',
  'queued',
  'sending',
  'delivered',
  'read',
  'failed',
  'canceled',
] as const;

export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** Statuses of a message that is waiting to be sent. Only such a message can still be edited or canceled. */
export const PENDING_STATUSES = ['scheduled', 'queued'] as const satisfies readonly MessageStatus[];
export type ReceiptEvent = 'message.sent' | 'message.delivered' | 'message.read' | 'message.failed';

/** How far a message has got. Times in epoch milliseconds, null until they happen. */
export interface MessageProgress {
  status: MessageStatus;
  sentAt: number | null;
  deliveredAt: number | null;
  readAt: number | null;
  failedAt: number | null;
}

/** What WhatsApp reports about a message; `at` in epoch milliseconds, `reason` with `failed`. */
export interface StatusReceipt {
  status: 'sent' | 'delivered' | 'read' | 'failed';
  at: number;
  reason?: string;
}

export interface ReceiptOutcome {
  changed: boolean;
  next: MessageProgress;
  /** In order. */
  events: ReceiptEvent[];
}

const RANK: Record<MessageStatus, number> = {
  scheduled: 0,
  queued: 1,
  sending: 2,
  delivered: 3,
  read: 4,
  failed: 5,
  canceled: 5,
};

/** What each receipt proves, in order: a message that was read was delivered, and one that was delivered was sent. */
const STEPS = [
  { receipt: 'sent', status: 'sending', time: 'sentAt', event: 'message.sent' },
  { receipt: 'delivered', status: 'delivered', time: 'deliveredAt', event: 'message.delivered' },
  { receipt: 'read', status: 'read', time: 'readAt', event: 'message.read' },
] as const;

export function isPending(status: MessageStatus): boolean {
  return (PENDING_STATUSES as readonly MessageStatus[]).includes(status);
}

/**
 * The progress of a message after a receipt. Receipts can come in any order and more than once: the status only moves
 * forward, a time never changes once set, and each event happens once. A skipped step (read before delivered) gets this
 * receipt's time, and its event comes first. A receipt also counts for a message that is `queued` again after a
 * time-out, because it proves that the earlier attempt arrived.
 *
 * `failed` counts only before `delivered`. Nothing leaves `failed` or `canceled`, not even a late `delivered`: clients
 * were told about the failure and may have acted on it.
 */
export function applyReceipt(current: MessageProgress, receipt: StatusReceipt): ReceiptOutcome {
  const ignored: ReceiptOutcome = { changed: false, next: current, events: [] };
  if (current.status === 'failed' || current.status === 'canceled') return ignored;
  if (receipt.status === 'failed') {
    if (RANK[current.status] >= RANK.delivered) return ignored;
    const next: MessageProgress = { ...current, status: 'failed', failedAt: current.failedAt ?? receipt.at };
    return { changed: true, next, events: ['message.failed'] };
  }

  const next = { ...current };
  const events: ReceiptEvent[] = [];
  for (const step of STEPS) {
    if (next[step.time] === null) {
      next[step.time] = receipt.at;
      events.push(step.event);
    }
    if (RANK[next.status] < RANK[step.status]) next.status = step.status;
    if (step.receipt === receipt.status) break;
  }
  const changed = events.length > 0 || next.status !== current.status;
  return changed ? { changed, next, events } : ignored;
}
