import { createHash } from 'node:crypto';
import type { Line } from './table-rows';

/** The rows of a table, counted and summed up. */
export interface Sum {
  rows: number;
  /** 64 hex digits. */
  checksum: string;
}

/**
 * The checksum of a table: the sum of the SHA-256 of its rows. The order of the rows makes no difference, since two
 * databases sort in different ways. Unlike with XOR, a row that is there twice counts twice.
 */
export class TableSum {
  private rows = 0;
  /** Four numbers of 64 bits; each wraps around by itself. */
  private readonly lanes = new BigUint64Array(4);

  add(line: Line): void {
    const hash = createHash('sha256').update(line).digest();
    for (let lane = 0; lane < 4; lane += 1) this.lanes[lane]! += hash.readBigUInt64BE(lane * 8);
    this.rows += 1;
  }

  get sum(): Sum {
    const lanes = [...this.lanes].map((lane) => lane.toString(16).padStart(16, '0'));
    return { rows: this.rows, checksum: lanes.join('') };
  }
}
