import type { BinaryNode, Message } from '../baileys';
import type { Group } from '../server/group';
import type { Addressing, Person } from './person';

/**
 * How a message reaches linked devices: by a list of recipients; without its content, like the first one of somebody who
 * tapped an ad, or because it may be viewed once; or damaged.
 */
export type Delivery = 'list' | 'phone-only' | 'view-once' | 'damaged';

/** A message from a simulated person, and the receipts for it so far. */
export class Sent {
  /** Types of the receipts that came back: `delivered`, `inactive` (delivered to a device in the background), `read`… */
  readonly receipts: string[] = [];
  /** Epoch milliseconds. */
  readonly at = Date.now();

  constructor(
    /** The wire id. */
    readonly id: string,
    readonly message: Message,
    readonly from: Person,
    readonly to: Person,
    readonly by: Addressing,
    readonly group: Group | undefined,
    /** `type` and `edit` of the stanza. */
    readonly attributes: BinaryNode['attrs'],
    readonly delivery?: Delivery,
  ) {}

  get delivered(): boolean {
    return this.receipts.some((type) => ['delivered', 'inactive', 'read'].includes(type));
  }

  get read(): boolean {
    return this.receipts.includes('read');
  }
}
