/** How many rows a statement of the upkeep looks at, and how many of them it changes, at most. */
export interface BatchSize {
  look: number;
  change: number;
}

export const FIRST_BATCH: BatchSize = { look: 100, change: 20 };
const LARGEST_BATCH: BatchSize = { look: 2000, change: 500 };

/** From the contract: upkeep never holds the only connection of an embedded database for longer than 20 ms. */
export const LONGEST_HOLD_MS = 20;
/** So far below it that a batch of heavier rows stays below it too. */
const AIM_MS = 8;

/** What a batch was. */
export interface Batch {
  looked: number;
  changed: number;
  /** How long the database worked on it. */
  ms: number;
}

/**
 * The size of the next batch. It grows slowly, and shrinks as soon as one took longer than it should.
 * @param size the size that the last batch could have
 */
export function nextBatchSize(size: BatchSize, { looked, changed, ms }: Batch): BatchSize {
  if (ms > AIM_MS) {
    const share = AIM_MS / ms / 2;
    return {
      look: Math.max(1, Math.floor(Math.min(size.look, looked) * share)),
      // If it changed few rows, these were not what took so long, but they may have been.
      change: Math.max(1, Math.floor((changed > 0 ? changed : size.change) * share)),
    };
  }
  const grown = (now: number, isFull: boolean, most: number): number =>
    isFull ? Math.min(most, Math.ceil(now * 1.5)) : now;
  return {
    look: grown(size.look, looked >= size.look, LARGEST_BATCH.look),
    change: grown(size.change, changed >= size.change, LARGEST_BATCH.change),
  };
}
