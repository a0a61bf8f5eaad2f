import { EngineError } from '../../errors';

/** The disk that the database is on has no room for more. The message names it, and how much is missing. */
export class DiskFull extends EngineError {
  constructor(message: string) {
    super('unavailable', message);
    this.name = 'DiskFull';
  }
}

/** The room on the disk that the database is on. */
export interface Room {
  /**
   * Why nothing new should begin; null while there is room. What has begun can still be recorded then.
   * @param bytes about as many come with it
   */
  shortage(bytes?: number): DiskFull | null;
}

/** Of a database on another machine, or in memory. It says itself when its disk is full. */
export const UNKNOWN_ROOM: Room = { shortage: () => null };
