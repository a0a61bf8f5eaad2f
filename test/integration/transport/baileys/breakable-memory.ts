import type { MemoryChange } from '../../../../engine/transport/session-memory';
import { SmallMemory } from '../../../unit/transport/baileys/small-memory';

/** Memory that outlives its transports, like a store, and can fail like one. */
export class BreakableMemory extends SmallMemory {
  /** Called before each write. If it throws, the write fails with that error. */
  beforeWrite: (changes: MemoryChange[]) => void | Promise<void> = () => undefined;
  /** Called before each read. */
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

  /** A copy of its current content: what the next process finds if this one dies now. */
  asItIs(): BreakableMemory {
    const copy = new BreakableMemory();
    for (const part of ['values', 'sent', 'came', 'accounts'] as const) {
      for (const [key, value] of this[part]) copy[part].set(key, value as never);
    }
    return copy;
  }
}
