import type { BinaryNode } from '../baileys';
import { sealedParts } from './sealed-parts';

/** Messages that waited at WhatsApp while the link was down: which of them have not been dealt with yet. */
export class AwayBacklog {
  /** Stanzas, and how many of their parts are still sealed. */
  private readonly open = new Map<BinaryNode, number>();
  private whenEmpty: (() => void)[] = [];

  /** A message came. Those sent just now are none of this list. */
  note(stanza: BinaryNode): void {
    const parts = stanza.attrs.offline === undefined ? 0 : sealedParts(stanza).length;
    if (parts > 0) this.open.set(stanza, parts);
  }

  /** One part of a message was opened and stored, or could not be opened. */
  settle(stanza: BinaryNode): void {
    const left = (this.open.get(stanza) ?? 1) - 1;
    if (left > 0) this.open.set(stanza, left);
    else this.open.delete(stanza);
    if (this.open.size > 0) return;
    for (const resolve of this.whenEmpty.splice(0)) resolve();
  }

  /** Resolves when all that has come so far has been dealt with. */
  empty(): Promise<void> {
    return this.open.size === 0 ? Promise.resolve() : new Promise((resolve) => this.whenEmpty.push(resolve));
  }
}
