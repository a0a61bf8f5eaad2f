import type { Addressing } from './person';

/** What a phone says of the messages that it gets. */
export interface Behavior {
  /** Says that a message was delivered. */
  readonly deliver: boolean;
  /** Says that it was read. */
  readonly read: boolean;
  /** Which of the two comes first. WhatsApp does not promise an order. */
  readonly order: 'delivered-first' | 'read-first';
  /** Receipts that get lost on the way. */
  readonly lose: readonly ('delivered' | 'read')[];
  readonly delayMs: number;
  /** Which of its names a receipt comes from, whatever the message was addressed to. */
  readonly receiptsBy: Addressing | 'as-addressed';
  /** One's own phone says nothing of the copies that it gets of what its companions send. */
  readonly silentCopies: boolean;
  /** Asks for another try when it cannot decrypt. */
  readonly retry: boolean;
}

export const EVERYDAY: Behavior = {
  deliver: true,
  read: false,
  order: 'delivered-first',
  lose: [],
  delayMs: 0,
  receiptsBy: 'as-addressed',
  silentCopies: false,
  retry: true,
};

/** The types of the receipts to send for a new message, in order; `undefined` says delivered. */
export function receiptTypes({ deliver, read, order, lose }: Behavior): (string | undefined)[] {
  const delivered = deliver && !lose.includes('delivered') ? [undefined] : [];
  const seen = read && !lose.includes('read') ? ['read'] : [];
  return order === 'read-first' ? [...seen, ...delivered] : [...delivered, ...seen];
}
