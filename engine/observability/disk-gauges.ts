import { statfs } from 'node:fs/promises';
import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../async/clock';
import { withDeadline } from '../async/deadline';

/** A disk that hangs must not hold up the rest of the page. */
const DEADLINE_MS = 1_000;

/** How much room there is on the disk of the data folder. */
export class DiskGauges {
  private readonly free: Gauge;
  private readonly size: Gauge;

  constructor(
    registry: Registry,
    private readonly folder: string,
    private readonly clock: Clock,
  ) {
    const registers = [registry];
    this.free = new Gauge({
      name: 'blueticks_disk_free_bytes',
      help: 'Free space on the disk of the data folder, for a process without privileges',
      registers,
    });
    this.size = new Gauge({
      name: 'blueticks_disk_size_bytes',
      help: 'Size of the disk of the data folder',
      registers,
    });
  }

  async refresh(): Promise<void> {
    try {
      const { bavail, blocks, bsize } = await withDeadline(this.clock, DEADLINE_MS, () =>
        statfs(this.folder),
      );
      this.free.set(bavail * bsize);
      this.size.set(blocks * bsize);
    } catch {
      // No value, not a wrong one: the folder is gone, or the disk does not answer.
      this.free.remove({});
      this.size.remove({});
    }
  }
}
