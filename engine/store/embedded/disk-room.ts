import { DiskFull, type Room } from '../sql/room';
import type { PgliteThread } from './pglite-thread';

const MIB = 1024 * 1024;
/** PostgreSQL may need another file for its log at any time (16 MiB). It must never be without. */
const LEAST_BYTES = 18 * MIB;
/** What has begun can still be recorded: outcomes, receipts, what people write. */
const RESERVE_BYTES = 6 * MIB;
/** A row is in the log, in its table and in indexes. */
const COPIES = 3;

/** The room on the disk of the data folder. PostgreSQL is asked to write only while it can. */
export class DiskRoom implements Room {
  constructor(
    private readonly folder: string,
    private readonly thread: Pick<PgliteThread, 'freeBytes' | 'isWaitingForRoom'>,
  ) {}

  shortage(bytes = 0): DiskFull | null {
    const needed = LEAST_BYTES + RESERVE_BYTES + COPIES * bytes;
    return this.isFull || this.thread.freeBytes < needed ? this.error(needed) : null;
  }

  /** Whether PostgreSQL itself waits for room, and answers nothing until then. */
  get isFull(): boolean {
    return this.thread.isWaitingForRoom;
  }

  /** Whether there is not even room for the few small files of a checkpoint, which would make room. */
  get isEmpty(): boolean {
    return this.isFull || this.thread.freeBytes < MIB;
  }

  /** Whether PostgreSQL should write nothing at all. */
  get isShort(): boolean {
    return this.isFull || this.thread.freeBytes < LEAST_BYTES;
  }

  /** The error to show. */
  error(needed = LEAST_BYTES + RESERVE_BYTES): DiskFull {
    const free = this.thread.freeBytes;
    // The disk may have had room for a part of it only, or the room of this user is limited (a quota).
    const missing = Math.max(needed - free, MIB);
    return new DiskFull(
      `The disk of the data folder ${this.folder} is full: ${mib(free, Math.floor)} free, ${mib(needed)} needed. ` +
        `Free at least ${mib(missing)} there, then try again.`,
    );
  }
}

function mib(bytes: number, round: (value: number) => number = Math.ceil): string {
  return `${round(bytes / MIB)} MiB`;
}
