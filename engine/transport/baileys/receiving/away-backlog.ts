import type { BinaryNode } from '../baileys';
import { sealedParts } from './stanzas';

/** The messages received while offline that are not stored yet. */
export class AwayBacklog {
  /** Stanzas, with the number of parts that are still to be decrypted; 1 for one without any, until it is stored. */
  private readonly open = new Map<BinaryNode, number>();
  private whenEmpty: (() => void)[] = [];

  /** Notes a message that arrived. Those sent just now do not count. */
  note(stanza: BinaryNode): void {
    if (stanza.attrs.offline !== undefined) this.open.set(stanza, Math.max(1, sealedParts(stanza).length));
  }

  /** One part of a message was decrypted and stored, or could not be decrypted. */
  settle(stanza: BinaryNode): void {
    const left = (this.open.get(stanza) ?? 1) - 1;
    if (left > 0) this.open.set(stanza, left);
    else this.open.delete(stanza);
    if (this.open.size > 0) return;
    for (const resolve of this.whenEmpty.splice(0)) resolve();
  }

  /** Resolves when all messages noted so far are settled. */
  empty(): Promise<void> {
    return this.open.size === 0 ? Promise.resolve() : new Promise((resolve) => this.whenEmpty.push(resolve));
  }
}
