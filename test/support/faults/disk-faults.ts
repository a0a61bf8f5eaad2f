import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MODULE = join(__dirname, 'failing-files.cjs');

export interface FaultOrder {
  seed?: number;
  /** So often the disk is full, from a random write of the database on, for a random while. */
  points?: number;
  /** From the next write to PostgreSQL's log on, each fails with this code. */
  code?: string;
  /** The database's thread stands still at its next write. */
  hang?: boolean;
}

/** Faults of the disk under the embedded database of an engine in a process of its own. None comes before `arm`. */
export class DiskFaults {
  private readonly armed: string;
  private readonly log: string;

  /** @param folder where this may write; not the data folder. */
  constructor(
    folder: string,
    private readonly dataDir: string,
    private readonly order: FaultOrder,
  ) {
    this.armed = join(folder, 'armed');
    this.log = join(folder, 'faults.log');
  }

  /** The environment of the process. */
  get env(): Record<string, string> {
    const { armed, log } = this;
    const order = { seed: 1, ...this.order, folder: join(this.dataDir, 'database'), armed, log };
    return { NODE_OPTIONS: `-r ${MODULE}`, DISK_FAULTS: JSON.stringify(order) };
  }

  arm(): void {
    writeFileSync(this.armed, '');
  }

  /** The files at whose writes the disk became full. */
  points(): string[] {
    if (!existsSync(this.log)) return [];
    const lines = readFileSync(this.log, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => (JSON.parse(line) as { name: string }).name);
  }
}
