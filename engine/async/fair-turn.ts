import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work may keep the event loop to itself: too short for anybody to notice. */
const SLICE_MS = 10;

let sliceEnds = 0;
let turning: Promise<void> | null = null;

/**
 * Await this before each piece of work that keeps the processor busy. It resolves at once, or, once such work has had the
 * event loop for 10 ms, after everything else had its turn. The time is shared by all work of the process.
 *
 * Pieces that start at the same time would all find time left, so run them one after the other.
 */
export async function fairTurn(): Promise<void> {
  while (performance.now() >= sliceEnds) {
    turning ??= nextTurn().then(() => {
      turning = null;
      sliceEnds = performance.now() + SLICE_MS;
    });
    await turning;
  }
}
