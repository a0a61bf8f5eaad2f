import type { Clock } from '../../../async/clock';
import type { BinaryNode } from '../baileys';
import { timeOf } from '../receiving/receipts-of';
import { rejectionOf } from './rejection';

interface Awaited {
  handedOverAt: number;
  accept(at: number): void;
  refuse(error: Error): void;
}

/** The server's answers to messages, by wire id. Baileys does not wait for them, nor tell of a refusal. */
export class Acks {
  private readonly awaited = new Map<string, Awaited>();

  constructor(private readonly clock: Clock) {}

  /** Resolves with the time of acceptance; rejects with the refusal. Listens from this call on, until `forget`. */
  of(wireId: string): Promise<{ at: number }> {
    return new Promise((resolve, reject) => {
      this.awaited.set(wireId, {
        handedOverAt: this.clock.now(),
        accept: (at) => resolve({ at }),
        refuse: reject,
      });
    });
  }

  take({ attrs }: BinaryNode): void {
    if (attrs.error !== undefined) this.settle(attrs.id, ({ refuse }) => refuse(rejectionOf(attrs.error!)));
    else this.accepted(attrs.id, attrs.t);
  }

  /**
   * The server has the message: it said so, or somebody's phone speaks of it, which is as good where the server's
   * own word got lost. @param seconds the stanza's `t`
   */
  accepted(wireId: string | undefined, seconds: string | undefined): void {
    // Whole seconds: a message is not accepted before it was handed over.
    this.settle(wireId, ({ accept, handedOverAt }) =>
      accept(Math.max(timeOf(seconds, this.clock.now()), handedOverAt)),
    );
  }

  forget(wireId: string): void {
    this.awaited.delete(wireId);
  }

  private settle(wireId: string | undefined, tell: (awaited: Awaited) => void): void {
    const awaited = wireId === undefined ? undefined : this.awaited.get(wireId);
    if (!awaited) return;
    this.forget(wireId!);
    tell(awaited);
  }
}
