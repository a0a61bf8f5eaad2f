import type { Clock } from '../async/clock';
import { Rerun } from '../async/rerun';
import { CLOCKS_DIFFER_MS, divideBurst } from '../domain/bursts/burst-rule';
import type { Log } from '../domain/log';
import type { Transact, Work } from '../events/transact';
import type { Sql } from '../store/sql/database';
import {
  deleteBursts,
  keepBurst,
  lockBurstsToLookAt,
  nextLookAt,
  readBurstMessages,
  type BurstMessageRow,
  type BurstToLookAt,
  type LookLimits,
} from '../store/tables/bursts';
import { burstEvent, type MediaUrlOf } from './burst-event';
import { LONGEST_HOLD_MS } from './hold-bursts';

export interface BurstDependencies {
  database: Sql;
  transact: Transact;
  clock: Clock;
  log: Log;
  /** Gives the function that makes URLs of files, once the engine's own is known. */
  mediaLinks: { maker(): Promise<MediaUrlOf> };
}

/** How often to look, whatever was heard: another process may have died, or the clock may have been set back. */
const ROUND_MS = 1_000;
const AT_ONCE = 100;

/**
 * Tells bursts when their time has come. Every process may run one: it locks each burst, and an event and the end of its
 * burst are one transaction, so a burst is told once.
 */
export class BurstRunner {
  private readonly rounds: Rerun;
  private next: { at: number; cancel: () => void } | null = null;

  constructor(private readonly deps: BurstDependencies) {
    this.rounds = new Rerun({
      clock: deps.clock,
      run: () => this.look(),
      everyMs: ROUND_MS,
      retryMs: ROUND_MS,
      onError: (error) => deps.log.error({ err: error }, 'could not tell bursts; trying again'),
    });
  }

  start(): void {
    this.rounds.wake();
  }

  /** Looks at `at` (epoch milliseconds), or now if that is past. */
  wake(at: number): void {
    const delayMs = at - this.deps.clock.now();
    if (delayMs <= 0) return this.rounds.wake();
    if (delayMs >= ROUND_MS || (this.next && this.next.at <= at)) return;
    this.next?.cancel();
    const cancel = this.rounds.wakeAfter(delayMs);
    this.next = { at, cancel };
  }

  /** Tells what is due. Rejects if the database cannot be reached. */
  async look(): Promise<void> {
    this.next?.cancel();
    this.next = null;
    const { database, transact, clock } = this.deps;
    let at = await nextLookAt(database, new Date(clock.now()), this.limits());
    while (at && at.getTime() <= clock.now() && !this.rounds.isClosed) {
      const urlOf = await this.deps.mediaLinks.maker();
      const looked = await transact((work) => lookAtBursts(work, this.limits(), urlOf));
      // Another process has locked the rest.
      if (looked === 0) return;
      at = await nextLookAt(database, new Date(clock.now()), this.limits());
    }
    if (at) this.wake(at.getTime());
  }

  close(): Promise<void> {
    return this.rounds.close();
  }

  private limits(): LookLimits {
    const latest = new Date(this.deps.clock.now() + CLOCKS_DIFFER_MS);
    return { latest, longestHoldMs: LONGEST_HOLD_MS };
  }
}

/** @returns how many bursts it looked at */
async function lookAtBursts(work: Work, limits: LookLimits, urlOf: MediaUrlOf): Promise<number> {
  const bursts = await lockBurstsToLookAt(work.sql, work.now, limits, AT_ONCE);
  if (bursts.length === 0) return 0;
  const rows = await readBurstMessages(
    work.sql,
    bursts.map(({ id }) => id),
  );
  const byBurst = new Map<string, BurstMessageRow[]>(bursts.map(({ id }) => [id, []]));
  for (const row of rows) byBurst.get(row.burst_id)!.push(row);
  const ended = bursts.filter((burst) => !tell(work, burst, byBurst.get(burst.id)!, urlOf));
  deleteBursts(
    work.sql,
    ended.map(({ id }) => id),
  );
  return bursts.length;
}

/** Tells what is to be told of a burst now. @returns whether it stays open */
function tell(work: Work, burst: BurstToLookAt, rows: BurstMessageRow[], urlOf: MediaUrlOf): boolean {
  if (!burst.settings) return false;
  const open = {
    openedAt: burst.opened_at.getTime(),
    lastAt: burst.last_at.getTime(),
    arrivals: rows.map((row) => row.created_at.getTime()),
  };
  const { told, rest } = divideBurst(open, burst.settings, work.now.getTime(), burst.expires_at?.getTime());
  let from = 0;
  const parts = told.map((count) => rows.slice(from, (from += count)));
  work.tell(parts.map((part) => burstEvent(burst, part, urlOf)));
  if (!rest) return false;
  const left = {
    opened_at: new Date(rest.openedAt),
    messages: rows.length - from,
    look_at: new Date(rest.lookAt),
  };
  keepBurst(
    work.sql,
    { id: burst.id, ...left },
    parts.flat().map((row) => row.wire_id),
  );
  return true;
}
