import type { MemoryChange } from '../../../../engine/transport/session-memory';
import { SmallMemory } from '../../../unit/transport/baileys/small-memory';

/** A link's memory that outlives its transports, as a store does, and that can fail as one. */
export class BreakableMemory extends SmallMemory {
  /** Called before anything is written; what it throws the writer gets. */
  beforeWrite: (changes: MemoryChange[]) => void | Promise<void> = () => undefined;
  /** Called before anything is read. */
  beforeRead: () => void = () => undefined;
  writes = 0;

  override async read(type: string, ids: string[]): Promise<Map<string, Uint8Array>> {
    this.beforeRead();
    return super.read(type, ids);
  }

  override async write(changes: MemoryChange[]): Promise<void> {
    await this.beforeWrite(changes);
    this.writes += 1;
    await super.write(changes);
  }

  /** As it is now: what a process finds that starts after this one died. */
  asItIs(): BreakableMemory {
    const copy = new BreakableMemory();
    for (const part of ['values', 'sent', 'came', 'accounts'] as const) {
      for (const [key, value] of this[part]) copy[part].set(key, value as never);
    }
    return copy;
  }
}
