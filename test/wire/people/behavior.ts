import type { Addressing } from './person';

/** How a phone reacts to the messages it receives. */
export interface Behavior {
  /** Sends a delivery receipt. */
  readonly deliver: boolean;
  /** Sends a read receipt. */
  readonly read: boolean;
  /** Which of the two comes first. WhatsApp does not promise an order. */
  readonly order: 'delivered-first' | 'read-first';
  /** Receipts that get lost on the way. */
  readonly lose: readonly ('delivered' | 'read')[];
  readonly delayMs: number;
  /** The address that receipts come from, whatever the message was addressed to. */
  readonly receiptsBy: Addressing | 'as-addressed';
  /** Our own phone does not confirm the copies of what its companions send. */
  readonly silentCopies: boolean;
  /** Requests a message again if it cannot decrypt it. */
  readonly retry: boolean;
  /** Off: it gets nothing. The server still hands out its keys. */
  readonly off: boolean;
  /** Sends a message again to a device that could not decrypt it. */
  readonly resend: boolean;
  /** Our own phone sends its companions, on request, messages and files that they could not get. When off, it does so later. */
  readonly helpsCompanions: boolean;
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
  off: false,
  resend: true,
  helpsCompanions: true,
};

/** The types of the receipts to send for a new message, in order; `undefined` means delivered. */
export function receiptTypes({ deliver, read, order, lose }: Behavior): (string | undefined)[] {
  const delivered = deliver && !lose.includes('delivered') ? [undefined] : [];
  const seen = read && !lose.includes('read') ? ['read'] : [];
  return order === 'read-first' ? [...seen, ...delivered] : [...delivered, ...seen];
}
