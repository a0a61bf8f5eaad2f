import type { DiskRoom } from './disk-room';
import type { EmbeddedUpkeep } from './embedded-upkeep';
import type { PglitePool } from './pglite-pool';

const LOOK_MS = 1_000;

/** Looks at the room on the disk: makes some once there is little, and lets nobody wait for a database that waits for room. */
export class RoomKeeper {
  private timer: NodeJS.Timeout | undefined;
  private wasShort = false;

  constructor(
    private readonly room: DiskRoom,
    private readonly pool: PglitePool,
    private readonly upkeep: EmbeddedUpkeep,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    this.pool.refuseWaiting();
    const isShort = this.room.shortage() !== null;
    if (isShort && !this.wasShort && !this.room.isEmpty) this.upkeep.makeRoom();
    this.wasShort = isShort;
  }
}
