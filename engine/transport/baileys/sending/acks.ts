import type { Clock } from '../../../async/clock';
import type { BinaryNode } from '../baileys';
import { rejectionOf } from '../errors';
import { timeOf } from '../receiving/stanzas';

interface Awaited {
  handedOverAt: number;
  accept(at: number): void;
  refuse(error: Error): void;
}

/** The server's acks of messages, by wire id. Baileys neither waits for them nor reports a refusal. */
export class Acks {
  private readonly awaited = new Map<string, Awaited>();

  constructor(private readonly clock: Clock) {}

  /** Resolves with the time of acceptance; rejects if the message is refused. Waits from this call until `forget`. */
  of(wireId: string): Promise<{ at: number }> {
    return new Promise((resolve, reject) => {
      this.awaited.set(wireId, {
        handedOverAt: this.clock.now(),
        accept: (at) => resolve({ at }),
        refuse: reject,
      });
    });
  }

  /** An `<ack>` has arrived. */
  receive({ attrs }: BinaryNode): void {
    if (attrs.error !== undefined) this.settle(attrs.id, ({ refuse }) => refuse(rejectionOf(attrs.error!)));
    else this.accepted(attrs.id, attrs.t);
  }

  /**
   * The server has the message. Its ack says so, or a receipt, which also proves it if the ack got lost.
   * @param seconds the stanza's `t`
   */
  accepted(wireId: string | undefined, seconds: string | undefined): void {
    // `t` is in whole seconds, but no message is accepted before it was handed over.
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
