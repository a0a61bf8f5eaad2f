import { setImmediate as nextTurn } from 'node:timers/promises';
import { deferred } from '../../../async/deferred';
import { fairTurn } from '../../../async/fair-turn';
import { retry } from '../../../async/retry';
import type { Log } from '../../../domain/log';
import type { MemoryChange, SessionMemory } from '../../session-memory';
import type { Timers } from '../../../async/timers';

/** A change on its way to the store. Encoded only when written, because most are replaced before that. */
export interface PendingChange {
  type: string;
  id: string;
  /** Null removes the value. */
  bytes: (() => Uint8Array) | null;
}

/** About as many changes are one transaction: a thousand sessions would hold up all others who use the database. */
const MOST_AT_ONCE = 250;
/** Above this many pending changes, nothing new is encrypted. */
const MOST_PENDING = 5_000;
/** How long to collect changes after a write before the next one, unless a caller waits for them. */
const GATHER_MS = 500;
const BACK_OFF = { firstMs: 500, longestMs: 15_000 };

/**
 * Writes changed keys to the store in the background. Baileys changes keys while it holds the one lock under which all
 * messages of an account are encrypted, so a send must not wait for a transaction there.
 *
 * A crash can lose the last few changes, never one without those after it, and never a part of those that were added
 * together. That is harmless:
 *  - nothing that encrypts outlives the process (`signal-sessions.ts`), so no key is ever used twice;
 *  - a message can be decrypted again until it is acknowledged to WhatsApp, and the changes that make it unreadable wait
 *    until it is stored (`hold`);
 *  - new pre-keys are stored (`flushed`) before the server gets them.
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
    this.pending.add(changes);
    if (!this.running) void this.run();
  }

  /** Whether a change of this key is not stored yet. */
  has(type: string, id: string): boolean {
    return this.pending.has(type, id) || this.writing.has(type, id);
  }

  /** Resolves once the store has caught up enough for more to be encrypted. */
  ready(): Promise<void> {
    return this.pending.size > MOST_PENDING ? this.soon() : Promise.resolve();
  }

  /** Resolves when everything added so far is stored. */
  flushed(): Promise<void> {
    if (this.pending.size > 0) return this.soon();
    return this.writing.size > 0 ? this.writing.stored.promise : Promise.resolve();
  }

  /** Changes from now on are not written until the returned function is called. */
  hold(): () => void {
    const held = deferred();
    this.holds.add(held.promise);
    return () => {
      this.holds.delete(held.promise);
      held.resolve();
    };
  }

  /** Writes nothing more, even if changes are pending. */
  abandon(): void {
    this.abandoned = true;
  }

  /** Writes the pending changes without collecting more, and resolves when they are stored. */
  private soon(): Promise<void> {
    this.pending.isWanted = true;
    this.stopGathering();
    return this.pending.stored.promise;
  }

  private async run(): Promise<void> {
    this.running = true;
    // A turn of the event loop, so that the changes of one message become one write.
    await nextTurn();
    while (this.pending.size > 0 && !this.abandoned) {
      this.writing = this.pending;
      this.pending = new Batch();
      // Only the holds that exist now: later ones do not concern this batch.
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
    for (const part of batch.parts()) {
      const changes = await inBytes(part);
      const attempt = async (): Promise<void> => {
        if (!this.abandoned) await this.memory.write(changes);
      };
      await retry(this.timers, BACK_OFF, attempt, (error) =>
        this.log.warn({ err: error, changes: changes.length }, 'keys could not be stored; trying again'),
      );
    }
    if (this.abandoned) return;
    this.writing = new Batch();
    batch.stored.resolve();
  }
}

/** Changes that are written one after the other: the last of each key, in the order in which they were made. */
class Batch {
  private readonly changes = new Map<string, { change: PendingChange; addition: number }>();
  private additions = 0;
  /** A caller waits for it to be stored. */
  isWanted = false;
  readonly stored = deferred();

  get size(): number {
    return this.changes.size;
  }

  add(changes: PendingChange[]): void {
    this.additions += 1;
    for (const change of changes) {
      const key = `${change.type}/${change.id}`;
      this.changes.delete(key);
      this.changes.set(key, { change, addition: this.additions });
    }
  }

  has(type: string, id: string): boolean {
    return this.changes.has(`${type}/${id}`);
  }

  /** What is written in one transaction each. What was added together stays together. */
  parts(): PendingChange[][] {
    const parts: PendingChange[][] = [];
    let last = 0;
    for (const { change, addition } of this.changes.values()) {
      const part = parts.at(-1);
      if (part && (part.length < MOST_AT_ONCE || addition === last)) part.push(change);
      else parts.push([change]);
      last = addition;
    }
    return parts;
  }
}

/** A message to a large group changes thousands. */
async function inBytes(part: PendingChange[]): Promise<MemoryChange[]> {
  const changes: MemoryChange[] = [];
  for (const { type, id, bytes } of part) {
    await fairTurn();
    changes.push({ type, id, value: bytes && bytes() });
  }
  return changes;
}
