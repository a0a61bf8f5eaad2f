import type { Message } from '../baileys';
import type { MessageSummary } from './message-summary';
import type { Addressing, Person } from './person';

/** A message as a person's phone shows it. */
export interface Received extends MessageSummary {
  /** The wire id. */
  readonly id: string;
  readonly from: Person;
  /** 0 when they wrote on their phone, otherwise the number of their linked device. */
  readonly device: number;
  /** How the chat was addressed. */
  readonly by: Addressing;
  /** The group's jid. */
  readonly group?: string;
  /** In the copy on our own phone: who it was sent to. */
  readonly to?: string;
  readonly at: Date;
  /** How often it arrived with this id; a phone shows it once. */
  copies: number;
  /** Its text after edits; nothing once it was revoked. */
  shown: string | undefined;
  /** The whole message, decrypted. */
  readonly message: Message;
}

type Wanted = (received: Received) => boolean;

/** Received messages, in order, each once. */
export class Inbox {
  readonly received: Received[] = [];
  private readonly byId = new Map<string, Received>();
  private waiting: { wanted: Wanted; resolve: (received: Received) => void }[] = [];

  /** @returns false if the message is a copy of a known one */
  add(message: Omit<Received, 'copies' | 'shown'>): boolean {
    const known = this.byId.get(message.id);
    if (known) {
      known.copies++;
      return false;
    }
    const received: Received = { ...message, copies: 1, shown: message.text };
    this.received.push(received);
    this.byId.set(received.id, received);
    this.applyTo(received);
    for (const waiter of this.waiting.filter(({ wanted }) => wanted(received))) waiter.resolve(received);
    return true;
  }

  get(id: string): Received | undefined {
    return this.byId.get(id);
  }

  /** The first message that matches, now or when it arrives. Rejects after the timeout. */
  find(wanted: Wanted, timeoutMs: number): Promise<Received> {
    const known = this.received.find(wanted);
    if (known) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const waiter = { wanted, resolve: (found: Received) => (stop(), resolve(found)) };
      const stop = (): void => {
        clearTimeout(timer);
        this.waiting = this.waiting.filter((other) => other !== waiter);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`No matching message arrived within ${timeoutMs} ms.`));
      }, timeoutMs);
      this.waiting.push(waiter);
    });
  }

  private applyTo({ kind, target, text, from }: Received): void {
    const changed = this.byId.get(target ?? '');
    // Only the author of a message can edit or revoke it.
    if (!changed || changed.from !== from) return;
    if (kind === 'edit') changed.shown = text;
    if (kind === 'revoke') changed.shown = undefined;
  }
}
