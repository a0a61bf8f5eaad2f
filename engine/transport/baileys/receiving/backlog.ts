import type { Clock } from '../../../async/clock';
import { withDeadline } from '../../../async/deadline';
import { deferred, type Deferred } from '../../../async/deferred';
import type { BinaryNode } from '../baileys';
import { sealedParts } from './stanzas';

/** The messages that have arrived on a connection and are not stored yet. */
export class Backlog {
  /** `left`: the parts that are still to be decrypted; 1 for a message without any, until it is stored. */
  private readonly open = new Map<BinaryNode, { left: number; settled: Deferred<void> }>();

  /** Notes a message that arrived. */
  note(stanza: BinaryNode): void {
    this.open.set(stanza, { left: Math.max(1, sealedParts(stanza).length), settled: deferred() });
  }

  /** One part of a message was decrypted and stored, or could not be decrypted. */
  settle(stanza: BinaryNode): void {
    const message = this.open.get(stanza);
    if (!message) return;
    message.left -= 1;
    if (message.left > 0) return;
    this.open.delete(stanza);
    message.settled.resolve();
  }

  /**
   * Resolves when all messages noted so far are settled, or after `limitMs`. Those that took longer are forgotten, as one
   * that Baileys never decrypts would be waited for again and again.
   */
  async soFar(clock: Clock, limitMs: number): Promise<void> {
    const waited = [...this.open];
    if (waited.length === 0) return;
    const settled = Promise.all(waited.map(([, message]) => message.settled.promise));
    await withDeadline(clock, limitMs, () => settled).catch(() => undefined);
    for (const [stanza] of waited) this.open.delete(stanza);
  }
}
