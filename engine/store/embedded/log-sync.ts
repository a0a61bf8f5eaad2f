import { fsync } from 'node:fs';
import { promisify } from 'node:util';

/** Fields of the shared memory. The first two count the times that PostgreSQL wanted its log synced. */
const WRITTEN = 0;
const SYNCED = 1;
/** The open log file. */
const DESCRIPTOR = 2;
const FIELDS = 3;

const syncDescriptor = promisify(fsync);

/**
 * Syncs the write-ahead log of the embedded database from the main thread, so that PostgreSQL works on meanwhile. All
 * commits that arrive during one sync share the next. synced-node-fs.cjs is the other end.
 */
export class LogSync {
  /** Shared with the database's thread. */
  readonly memory = new SharedArrayBuffer(FIELDS * Int32Array.BYTES_PER_ELEMENT);
  private readonly fields = new Int32Array(this.memory);
  private running: Promise<void> | undefined;

  /**
   * Resolves when everything that PostgreSQL has committed so far is on the disk.
   * @throws the error of the operating system. What was committed last may be lost: the database must not go on.
   */
  async finished(): Promise<void> {
    const wanted = Atomics.load(this.fields, WRITTEN);
    while (!this.isSynced(wanted)) {
      this.running ??= this.sync().finally(() => (this.running = undefined));
      await this.running;
    }
  }

  private async sync(): Promise<void> {
    const written = Atomics.load(this.fields, WRITTEN);
    try {
      await syncDescriptor(Atomics.load(this.fields, DESCRIPTOR));
    } catch (error) {
      // The thread syncs a log file by itself before it closes it.
      if (!this.isSynced(written)) throw error;
    }
    this.markSynced(written);
  }

  /** The difference is right even when the counts overflow. */
  private isSynced(count: number): boolean {
    return ((count - Atomics.load(this.fields, SYNCED)) | 0) <= 0;
  }

  /** Both threads do this: the higher count stays. */
  private markSynced(count: number): void {
    for (;;) {
      const now = Atomics.load(this.fields, SYNCED);
      if (((count - now) | 0) <= 0) return;
      if (Atomics.compareExchange(this.fields, SYNCED, now, count) === now) return;
    }
  }
}
