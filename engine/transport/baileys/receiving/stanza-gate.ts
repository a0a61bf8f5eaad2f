import type { EventEmitter } from 'node:events';
import type { BinaryNode } from '../baileys';

/** Who hears of a socket's stanzas before Baileys does. */
export interface GateKeepers {
  /** Any stanza or frame has come: the link lives. */
  onFrame(): void;
  /** Baileys gets the receipt, and acknowledges it to WhatsApp, when this has resolved. */
  onReceipt(stanza: BinaryNode): Promise<void>;
  onMessage(stanza: BinaryNode): void;
  /** A listener of Baileys' threw or rejected. Without a keeper that would end the whole process. */
  onFault(error: unknown, event: string): void;
}

/**
 * Stands between a socket and Baileys' own listeners. WhatsApp forgets a receipt once it is acknowledged, and Baileys
 * acknowledges it as soon as its own listener is done: a receipt that is held here until it is stored comes again
 * after a crash. Receipts are let through in their order.
 */
export function keepGate(ws: EventEmitter, keepers: GateKeepers): void {
  let letThrough: Promise<unknown> = Promise.resolve();
  const emit = ws.emit.bind(ws);
  const tell = (event: string, stanza: unknown): boolean => {
    const listeners = ws.rawListeners(event);
    for (const listener of listeners) {
      const fault = (error: unknown): void => keepers.onFault(error, event);
      try {
        const done: unknown = Reflect.apply(listener, ws, [stanza]);
        if (done instanceof Promise) done.catch(fault);
      } catch (error) {
        fault(error);
      }
    }
    return listeners.length > 0;
  };
  ws.emit = (event: string | symbol, ...given: unknown[]): boolean => {
    if (typeof event !== 'string' || !event.startsWith('CB:')) {
      if (event === 'frame') keepers.onFrame();
      return emit(event, ...given);
    }
    const stanza = given[0] as BinaryNode;
    if (event === 'CB:receipt') {
      letThrough = Promise.all([letThrough, keepers.onReceipt(stanza)])
        .then(() => tell(event, stanza))
        .catch((error: unknown) => keepers.onFault(error, event));
      return true;
    }
    if (event === 'CB:message') keepers.onMessage(stanza);
    return tell(event, stanza);
  };
}
