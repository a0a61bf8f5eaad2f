import type { EventEmitter } from 'node:events';
import type { BinaryNode } from '../baileys';

/** Sees a socket's stanzas before Baileys does. */
export interface GateKeeper {
  /** Any frame or stanza, before anything else gets it: the link is alive. */
  onFrame(frame: unknown): void;
  /** Baileys gets the receipt, and acknowledges it to WhatsApp, once this has resolved. */
  onReceipt(stanza: BinaryNode): Promise<void>;
  /** Null: Baileys gets the message at once. Otherwise once the promise has resolved. */
  onMessage(stanza: BinaryNode): Promise<void> | null;
  /** Baileys gets the call, and acknowledges it to WhatsApp, once this has resolved. */
  onCall(stanza: BinaryNode): Promise<void>;
  /** Null: Baileys gets the notification at once. Otherwise once the promise has resolved. */
  onNotification(stanza: BinaryNode): Promise<void> | null;
  /** A listener of Baileys threw or rejected, which would otherwise end the whole process. */
  onFault(error: unknown, event: string): void;
}

/**
 * Stands between a socket and Baileys' own listeners. WhatsApp forgets a receipt once it is acknowledged, and Baileys
 * acknowledges it as soon as its listener is done. Held here until it is stored, a receipt comes again after a crash.
 * Receipts pass in the order in which they came. Calls, changes in groups and messages without ciphertext are held as
 * well; any other message is stored while Baileys decrypts it.
 */
export function keepGate(ws: EventEmitter, keeper: GateKeeper): void {
  let letThrough: Promise<unknown> = Promise.resolve();
  const emit = ws.emit.bind(ws);
  const tell = (event: string, stanza: unknown): boolean => {
    const listeners = ws.rawListeners(event);
    for (const listener of listeners) {
      const fault = (error: unknown): void => keeper.onFault(error, event);
      try {
        const done: unknown = Reflect.apply(listener, ws, [stanza]);
        if (done instanceof Promise) done.catch(fault);
      } catch (error) {
        fault(error);
      }
    }
    return listeners.length > 0;
  };
  const heldBy = (event: string, stanza: BinaryNode): Promise<void> | null => {
    if (event === 'CB:call') return keeper.onCall(stanza);
    if (event === 'CB:notification') return keeper.onNotification(stanza);
    return event === 'CB:message' ? keeper.onMessage(stanza) : null;
  };
  ws.emit = (event: string | symbol, ...given: unknown[]): boolean => {
    if (typeof event !== 'string' || !event.startsWith('CB:')) {
      if (event === 'frame') keeper.onFrame(given[0]);
      return emit(event, ...given);
    }
    const stanza = given[0] as BinaryNode;
    if (event === 'CB:receipt') {
      letThrough = Promise.all([letThrough, keeper.onReceipt(stanza)])
        .then(() => tell(event, stanza))
        .catch((error: unknown) => keeper.onFault(error, event));
      return true;
    }
    const held = heldBy(event, stanza);
    if (!held) return tell(event, stanza);
    held.then(() => tell(event, stanza)).catch((error: unknown) => keeper.onFault(error, event));
    return true;
  };
}
