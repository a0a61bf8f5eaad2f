import type { SeededRandom } from './seeded-random';

/** What becomes of a message to a number of the sandbox: its last status, and the events that tell of it. */
export interface Fate {
  status: 'sending' | 'delivered' | 'read' | 'failed';
  reason?: string;
  events: string[];
}

const SENT = ['message.queued', 'message.sending', 'message.sent'];
const DELIVERED = [...SENT, 'message.delivered'];
const FAILED = ['message.queued', 'message.sending', 'message.failed'];

/** By the last digits of `+1500555…`; every other number is `delivered`. */
const FATES: Record<string, Fate> = {
  '0001': { status: 'read', events: [...DELIVERED, 'message.read'] },
  '0002': { status: 'failed', reason: 'not_on_whatsapp', events: FAILED },
  '0003': { status: 'sending', events: SENT },
  '0004': { status: 'delivered', events: [...DELIVERED, 'message.received'] },
  '0006': { status: 'failed', reason: 'rejected_by_whatsapp:463', events: FAILED },
  '0007': { status: 'delivered', events: DELIVERED },
  '0009': { status: 'delivered', events: [...DELIVERED, 'message.reaction'] },
};

export function fateOf(to: string): Fate {
  return FATES[to.replace(/^\+1500555/, '')] ?? { status: 'delivered', events: DELIVERED };
}

/** Mostly different people, among them the numbers with a story; seldom the one that drops the link for all. */
export function pickRecipient(random: SeededRandom): string {
  if (random.happens(0.004)) return '+15005550007';
  if (random.happens(0.4))
    return random.pick(['1', '1', '2', '3', '4', '6', '9']).replace(/^/, '+1500555000');
  return `+1415555${String(Math.floor(random.between(0, 10_000))).padStart(4, '0')}`;
}
