import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../async/clock';
import { Rerun } from '../async/rerun';
import { idAt } from '../domain/ids';
import type { Log } from '../domain/log';
import { gramsOf } from '../domain/search/search-grams';
import {
  BLOCK_MESSAGES,
  noBlocks,
  SEGMENT_BLOCKS,
  SegmentGrams,
  setBlock,
} from '../domain/search/search-blocks';
import type { Database } from '../store/sql/database';
import {
  addGrams,
  beginSegment,
  deleteGrams,
  deleteSegment,
  findChangedTexts,
  findEmpty,
  findUnfinished,
  finishSegment,
  forgetChanges,
  lockSearch,
  readTexts,
  saveGrams,
  type SearchSegment,
} from '../store/tables/search-index';
import { Turn } from './turn';

export interface SearchIndexDependencies {
  database: Database;
  clock: Clock;
  log: Log;
  /**
   * How old messages are that are indexed. By then every transaction that made one of that age has ended, in processes whose
   * clocks differ too. Usually 10 minutes.
   */
  settledMs?: number;
  /** How many messages are indexed together, at most `SEGMENT_MESSAGES`. */
  segmentMessages?: number;
}

const EVERY_MS = 30_000;
const SETTLED_MS = 10 * 60_000;
const SEGMENT_MESSAGES = BLOCK_MESSAGES * SEGMENT_BLOCKS;
/** Grams in one statement, and changed texts in one transaction: what a few milliseconds are enough for. */
const GRAMS_AT_ONCE = 250;
const CHANGES_AT_ONCE = 5;
/** The share of its own time in which it keeps the database busy. */
const SHARE = 0.25;

/**
 * Fills the index of parts of texts, a little at a time. Of several processes, one does it at a time. A segment that was
 * not finished because of a crash is finished by the next process.
 */
export class SearchIndex {
  private readonly turn: Turn;
  private readonly rounds: Rerun;

  constructor(private readonly deps: SearchIndexDependencies) {
    this.turn = new Turn(deps.database, deps.clock, 'search');
    this.rounds = new Rerun({
      clock: deps.clock,
      run: () => this.runInTurn(),
      everyMs: EVERY_MS,
      retryMs: EVERY_MS,
      onError: (error) =>
        deps.log.error({ err: error }, 'texts could not be indexed; it will be tried again'),
    });
  }

  start(): void {
    this.rounds.wake();
  }

  /** Resolves after the step that is under way. */
  close(): Promise<void> {
    return this.rounds.close();
  }

  private async runInTurn(): Promise<void> {
    if (!(await this.turn.take())) return;
    try {
      await this.run();
    } finally {
      await this.turn.end(null);
    }
  }

  /** Does all pending work. */
  async run(): Promise<void> {
    while (await this.forgetSegment());
    while (await this.applyChanges());
    while (await this.addSegment());
  }

  /** Removes a segment whose messages are all gone. @returns whether there was one */
  private async forgetSegment(): Promise<boolean> {
    const { database } = this.deps;
    const segment = await this.step(() => findEmpty(database));
    if (!segment) return false;
    let deleted = GRAMS_AT_ONCE;
    while (deleted === GRAMS_AT_ONCE)
      deleted = (await this.step(() => deleteGrams(database, segment.number, GRAMS_AT_ONCE))) ?? 0;
    if (!this.rounds.isClosed) await deleteSegment(database, segment.number);
    return true;
  }

  /** Adds texts that have changed. What they had before stays in the index: it only finds too much. */
  private async applyChanges(): Promise<boolean> {
    const changed = await this.step(() =>
      this.deps.database.transaction(async (tx) => {
        await lockSearch(tx);
        const texts = await findChangedTexts(tx, CHANGES_AT_ONCE);
        for (const { id, text, number, block_ids: blockIds } of texts) {
          if (text === null) continue;
          const block = blockIds.findIndex((last) => last >= id);
          addGrams(tx, number, block, [...gramsOf(text)], setBlock(noBlocks(), block));
        }
        if (texts.length > 0)
          forgetChanges(
            tx,
            texts.map(({ id }) => id),
          );
        return texts.length;
      }),
    );
    return changed === CHANGES_AT_ONCE;
  }

  private async addSegment(): Promise<boolean> {
    const { database, settledMs = SETTLED_MS, segmentMessages = SEGMENT_MESSAGES } = this.deps;
    const settled = idAt('message', Date.now() - settledMs);
    const segment = await this.step(async () => {
      const unfinished = await findUnfinished(database);
      // From here on, changes of its texts are noted.
      return (
        unfinished ??
        database.transaction(async (tx) => {
          await lockSearch(tx);
          return beginSegment(tx, segmentMessages, settled);
        })
      );
    });
    if (!segment) return false;
    const read = await this.readSegment(segment);
    if (!read) return false;
    const rows = [...read.grams].map(([gram, blocks]) => ({ segment: segment.number, gram, blocks }));
    rows.sort((a, b) => a.gram - b.gram);
    for (let at = 0; at < rows.length; at += GRAMS_AT_ONCE)
      await this.step(() => saveGrams(database, rows.slice(at, at + GRAMS_AT_ONCE)));
    if (this.rounds.isClosed) return false;
    await finishSegment(database, segment.number, read.blockIds);
    return true;
  }

  /** @returns null if it was closed meanwhile */
  private async readSegment(segment: SearchSegment): Promise<SegmentGrams | null> {
    const read = new SegmentGrams();
    let after = segment.first_id;
    for (;;) {
      // What is left after messages were removed, or has come late, goes into the last block.
      const isLast = read.blockIds.length === SEGMENT_BLOCKS - 1;
      const most = isLast ? SEGMENT_MESSAGES : BLOCK_MESSAGES;
      const texts = await this.step(() => readTexts(this.deps.database, after, segment.last_id, most));
      if (texts === null) return null;
      if (texts.length === 0) break;
      read.add(texts);
      after = texts.at(-1)!.id;
    }
    // The last block ends where the segment does.
    if (read.blockIds.length > 0) read.blockIds[read.blockIds.length - 1] = segment.last_id;
    return read;
  }

  /** One statement or transaction; then the database is free for a multiple of its time. @returns null if it was closed */
  private async step<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.rounds.isClosed) return null;
    const began = performance.now();
    const result = await work();
    await pause((performance.now() - began) * (1 / SHARE - 1));
    await this.turn.keep();
    return result;
  }
}
