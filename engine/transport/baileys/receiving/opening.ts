import type { BinaryNode } from '../baileys';
import type { WriteBehind } from '../keys/write-behind';
import { Recent } from '../../../async/recent';
import { sealedParts } from './sealed-parts';

/** What was opened lately, so that the same bytes can be given again when the server repeats them. */
const REMEMBERED = 256;

/** A stanza, and the connection that it came on. */
export interface Arrival<Connection> {
  stanza: BinaryNode;
  connection: Connection;
}

interface Opened {
  sealed: Uint8Array;
  plain: Promise<Uint8Array>;
}

/**
 * Opens what came and has it stored before Baileys gets to see it. Baileys tells WhatsApp that a message has arrived
 * as soon as it is opened, and WhatsApp then forgets it: an engine that dies in between would have lost it.
 *
 * A message can be opened once. So the step of the session is not stored before the message is (`hold`): after a crash
 * it comes again and is opened again. And where only the socket went, the same message is not opened twice.
 */
export class Opening<Connection> {
  private readonly arrivals = new WeakMap<Uint8Array, Arrival<Connection>>();
  private readonly recent = new Recent<Opened>(REMEMBERED);

  /**
   * @param store resolves when what the message says is stored, however long that takes.
   * @param settled told of each part that needs nothing more.
   */
  constructor(
    private readonly writes: () => Pick<WriteBehind, 'hold'>,
    private readonly store: (arrival: Arrival<Connection>, plain: Uint8Array) => Promise<void>,
    private readonly settled: (arrival: Arrival<Connection>) => void,
  ) {}

  /** Baileys hands on only the sealed bytes: this remembers which stanza they are of. */
  note(arrival: Arrival<Connection>): void {
    for (const part of sealedParts(arrival.stanza)) this.arrivals.set(part, arrival);
  }

  async open(sealed: Uint8Array, open: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const arrival = this.arrivals.get(sealed);
    if (!arrival) return open();
    try {
      return await this.once(arrival, sealed, open);
    } finally {
      this.settled(arrival);
    }
  }

  private once(
    arrival: Arrival<Connection>,
    sealed: Uint8Array,
    open: () => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const { from, participant, id } = arrival.stanza.attrs;
    const key = [from, participant, id, sealed.length].join(' ');
    const known = this.recent.get(key);
    if (known && Buffer.compare(known.sealed, sealed) === 0) return known.plain;
    const plain = this.openAndStore(arrival, open);
    this.recent.set(key, { sealed, plain });
    // What could not be opened may be opened later, when the key to it has come.
    plain.catch(() => this.recent.delete(key));
    return plain;
  }

  private async openAndStore(
    arrival: Arrival<Connection>,
    open: () => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const release = this.writes().hold();
    try {
      const plain = await open();
      await this.store(arrival, plain);
      return plain;
    } finally {
      release();
    }
  }
}
