import { MOST_HAND_OVERS } from '../pacing/pacing-rules';
import type { Sql } from '../store/sql/database';
import { listHandOvers, type HandOverRow } from '../store/tables/lane-messages';

/** Older hand-overs hardly change any more. */
const SETTLED_MS = 60_000;
/** How long settled ones are believed. */
const BELIEVED_MS = 60_000;
const MOST_SESSIONS = 100;

interface Known {
  rows: readonly HandOverRow[];
  /** From when on they are known. */
  oldest: number;
  /** When the last of them were read, and when all of them were (epoch ms). */
  readAt: number;
  wholeAt: number;
}

/**
 * What sessions recently handed over, in any process. That is up to 10,000 rows for each, so only those of the
 * last minute are read at each look, and all of them once a minute.
 */
export class RecentHandOvers {
  private readonly known = new Map<string, Known>();

  /**
   * @param from from when on, for each session (epoch ms)
   * @param now epoch milliseconds
   * @returns the rows of a session, oldest first
   */
  async of(
    sql: Sql,
    from: ReadonlyMap<string, number>,
    now: number,
  ): Promise<(sessionId: string) => readonly HandOverRow[]> {
    if (from.size === 0) return () => [];
    const settled = new Map([...from].map(([id, oldest]) => [id, this.settledOf(id, oldest, now)]));
    const since = new Map(
      [...from].map(([id, oldest]) => [id, new Date(Math.max(0, oldest, settled.get(id)?.readAt ?? 0))]),
    );
    const read = await listHandOvers(sql, since, MOST_HAND_OVERS);
    const found = new Map<string, readonly HandOverRow[]>();
    if (this.known.size + from.size > MOST_SESSIONS) this.known.clear();
    for (const [id, oldest] of from) {
      const before = settled.get(id);
      const kept = (before?.rows ?? []).filter(
        ({ handed_over_at: at }) => at.getTime() > oldest && at <= since.get(id)!,
      );
      const rows = [...kept, ...read.filter((row) => row.session_id === id)];
      rows.sort((a, b) => a.at.getTime() - b.at.getTime());
      found.set(id, rows);
      this.known.set(id, { rows, oldest, readAt: now, wholeAt: before?.wholeAt ?? now });
    }
    return (id) => found.get(id) ?? [];
  }

  /** What need not be read again; `readAt` is the end of it. */
  private settledOf(id: string, oldest: number, now: number): Known | null {
    const known = this.known.get(id);
    if (!known || known.oldest > oldest || known.wholeAt > now || now - known.wholeAt > BELIEVED_MS)
      return null;
    return { ...known, readAt: known.readAt - SETTLED_MS };
  }
}
