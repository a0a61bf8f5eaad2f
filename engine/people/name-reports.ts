import type { Clock } from '../async/clock';
import { GroupedWrites } from '../async/grouped-writes';
import { Recent } from '../async/recent';
import { retry } from '../async/retry';
import { Timers } from '../async/timers';
import type { Log } from '../domain/log';
import type { Mode } from '../domain/mode';
import type { Transact } from '../events/transact';
import type { LearnedNames } from '../transport/transport';
import { learnNames, partNames } from './learn-names';

/** WhatsApp says the same about a person with every message. Remembered for a while only: they may be erased meanwhile. */
const MOST_REMEMBERED = 20_000;
const REMEMBERED_MS = 10 * 60_000;
const BACK_OFF = { firstMs: 1_000, longestMs: 30_000 };

/** Stores what a session's transport learns about names, several per transaction if they arrive close together. */
export class NameReports {
  private readonly stored: Recent<{ at: number; done: Promise<void> }>;
  private readonly writes: GroupedWrites<LearnedNames>;
  private readonly timers: Timers;

  constructor(
    private readonly mode: Mode,
    private readonly transact: Transact,
    private readonly clock: Clock,
    private readonly log: Log,
    remembered = MOST_REMEMBERED,
  ) {
    this.stored = new Recent(remembered);
    this.writes = new GroupedWrites((learned) => this.store(learned));
    this.timers = new Timers(clock);
  }

  /** Resolves when it is stored. Retries while the database cannot be reached, but not after `close`. */
  add(learned: LearnedNames): Promise<void> {
    const key = keyOf(learned);
    const known = this.stored.get(key);
    const now = this.clock.now();
    if (known && now - known.at < REMEMBERED_MS) return known.done;
    const done = retry(
      this.timers,
      BACK_OFF,
      () => this.writes.add(learned),
      (error) =>
        this.log.error({ err: error }, 'could not store which names belong to one person; trying again'),
    );
    this.stored.set(key, { at: now, done });
    return done;
  }

  async close(): Promise<void> {
    await this.writes.settled();
    this.timers.stop();
  }

  private async store(learned: LearnedNames[]): Promise<void> {
    await this.transact(async (work) => {
      for (const one of learned) if ('different' in one) await partNames(work, this.mode, one.different);
      const same = learned.flatMap((one) => ('same' in one ? [one.same] : []));
      if (same.length > 0) await learnNames(work, this.mode, same);
    });
  }
}

/** The same for the same names in any order. */
function keyOf(learned: LearnedNames): string {
  const [kind, names] = 'same' in learned ? ['same', learned.same] : ['different', learned.different];
  return [kind, ...names.toSorted()].join(' ');
}
