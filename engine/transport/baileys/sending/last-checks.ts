import type { WireMessage } from '../baileys';
import { notWanted, type OutgoingMessage } from '../../transport';

/**
 * Asks whether a message may go at the last moment: Baileys sends one message at a time, and one that waits for its turn
 * behind many new contacts waits for seconds.
 */
export class LastChecks {
  private readonly open = new WeakMap<WireMessage, NonNullable<OutgoingMessage['mayGo']>>();

  /** @param mayGo undefined: nothing can stop it */
  add(message: WireMessage, mayGo: OutgoingMessage['mayGo']): void {
    if (mayGo) this.open.set(message, mayGo);
  }

  /**
   * For Baileys' `patchMessageBeforeSending`, which it calls with each message at the beginning of its turn, and again
   * right before it encrypts it. If this rejects, nothing is sent.
   */
  readonly ask = async <T extends WireMessage>(message: T): Promise<T> => {
    const mayGo = this.open.get(message);
    if (mayGo && !(await mayGo())) throw notWanted();
    return message;
  };
}
