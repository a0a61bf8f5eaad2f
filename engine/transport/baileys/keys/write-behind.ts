import { setImmediate as nextTurn } from 'node:timers/promises';
import { deferred } from '../../../async/deferred';
import { retry } from '../../../async/retry';
import type { Log } from '../../../domain/log';
import type { MemoryChange, SessionMemory } from '../../session-memory';
import type { Timers } from '../../../async/timers';

/** A change that is on its way to the store. It is put into bytes only then: most are overtaken before. */
export interface PendingChange {
  type: string;
  id: string;
  /** Null where the value is to be removed. */
  bytes: (() => Uint8Array) | null;
}

/** With more than this waiting for the store, nothing new is sealed. */
const MOST_PENDING = 5_000;
/** After a write, changes gather for so long before the next one, unless somebody waits for them. */
const GATHER_MS = 100;
const BACK_OFF = { firstMs: 500, longestMs: 15_000 };

/**
 * Brings changes of keys to the store behind the back of whoever makes them. Baileys changes keys while it holds the
 * one lock under which all of an account's messages are sealed, so a send must not wait for a transaction there.
 *
 * What a crash can take away is the last few changes, never one without those after it, and losing them is harmless:
 *  - what is sealed with never outlives the process (`signal-repository.ts`), so no key is ever used twice;
 *  - what is opened with can be opened again as long as WhatsApp has not been told that it was stored, and changes
 *    that make a message unreadable wait for it (`hold`);
 *  - new pre-keys wait until they are stored (`flushed`) before the server gets them.
 */
export class WriteBehind {
  private pending = new Batch();
  /** Being written now. */
  private writing = new Batch();
  private readonly holds = new Set<Promise<void>>();
  private running = false;
  private stopGathering: () => void = () => {};
  private abandoned = false;

  constructor(
    private readonly memory: Pick<SessionMemory, 'write'>,
    private readonly timers: Timers,
    private readonly log: Log,
  ) {}

  add(changes: PendingChange[]): void {
    for (const change of changes) this.pending.add(change);
    if (!this.running) void this.run();
  }

  /** Whether a change of this key is not in the store yet. */
  has(type: string, id: string): boolean {
    return this.pending.has(type, id) || this.writing.has(type, id);
  }

  /** Resolves when so little waits that more may be sealed. */
  room(): Promise<void> {
    return this.pending.size > MOST_PENDING ? this.soon() : Promise.resolve();
  }

  /** Resolves when all that was added so far is stored. */
  flushed(): Promise<void> {
    if (this.pending.size > 0) return this.soon();
    return this.writing.size > 0 ? this.writing.stored.promise : Promise.resolve();
  }

  /** Changes made from now on are not written before the answer is called. */
  hold(): () => void {
    const held = deferred();
    this.holds.add(held.promise);
    return () => {
      this.holds.delete(held.promise);
      held.resolve();
    };
  }

  /** Writes nothing any more, whatever waits. */
  abandon(): void {
    this.abandoned = true;
  }

  /** Resolves when what waits is stored, without more of it being gathered. */
  private soon(): Promise<void> {
    this.pending.isWanted = true;
    this.stopGathering();
    return this.pending.stored.promise;
  }

  private async run(): Promise<void> {
    this.running = true;
    // One turn of the event loop lets what one message changes be one write.
    await nextTurn();
    while (this.pending.size > 0 && !this.abandoned) {
      this.writing = this.pending;
      this.pending = new Batch();
      // Only those that began before: what begins now changes nothing of this batch.
      await Promise.all(this.holds);
      await this.write(this.writing);
      await this.gather();
    }
    this.running = false;
  }

  private async gather(): Promise<void> {
    if (this.pending.isWanted) return;
    await new Promise<void>((resolve) => {
      const cancel = this.timers.after(GATHER_MS, resolve);
      this.stopGathering = () => {
        cancel();
        resolve();
      };
    });
  }

  private async write(batch: Batch): Promise<void> {
    const changes = batch.inBytes();
    const attempt = async (): Promise<void> => {
      if (this.abandoned) return;
      await this.memory.write(changes);
      this.writing = new Batch();
      batch.stored.resolve();
    };
    await retry(this.timers, BACK_OFF, attempt, (error) =>
      this.log.warn(
        { err: error, changes: changes.length },
        'keys of a link could not be stored; trying again',
      ),
    );
  }
}

/** Changes that are written together; of one key the last. */
class Batch {
  private readonly changes = new Map<string, PendingChange>();
  /** Somebody waits for it to be stored. */
  isWanted = false;
  readonly stored = deferred();

  get size(): number {
    return this.changes.size;
  }

  add(change: PendingChange): void {
    this.changes.set(`${change.type}/${change.id}`, change);
  }

  has(type: string, id: string): boolean {
    return this.changes.has(`${type}/${id}`);
  }

  inBytes(): MemoryChange[] {
    return [...this.changes.values()].map(({ type, id, bytes }) => ({ type, id, value: bytes && bytes() }));
  }
}
