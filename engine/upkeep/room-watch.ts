import type { Clock } from '../async/clock';
import { Rerun } from '../async/rerun';
import type { Log } from '../domain/log';
import type { Room } from '../store/sql/room';

const LOOK_MS = 1_000;

/** Tells the log when the disk is full, and wakes what has stopped when there is room again. */
export class RoomWatch {
  private readonly looks: Rerun;
  private isShort = false;

  /** @param onRoom called when there is room again */
  constructor(
    private readonly room: Room,
    clock: Clock,
    private readonly log: Log,
    private readonly onRoom: () => Promise<void>,
  ) {
    const onError = (error: unknown): void =>
      log.error({ err: error }, 'could not go on after the disk was full; the sweep will');
    this.looks = new Rerun({ clock, run: () => this.look(), everyMs: LOOK_MS, retryMs: LOOK_MS, onError });
  }

  start(): void {
    this.looks.wake();
  }

  close(): Promise<void> {
    return this.looks.close();
  }

  private async look(): Promise<void> {
    const shortage = this.room.shortage();
    const wasShort = this.isShort;
    this.isShort = shortage !== null;
    if (shortage && !wasShort) this.log.error({ fault: shortage.message }, 'nothing is accepted or sent');
    if (shortage || !wasShort) return;
    this.log.info({}, 'the disk has room again');
    await this.onRoom();
  }
}
