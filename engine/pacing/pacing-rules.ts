import type { Mode } from '../domain/mode';
import type { HandOver } from '../domain/pacing/history';
import { DAY_MS } from '../domain/pacing/limits';
import type { PacingRules } from '../domain/pacing/pacer';
import { hasRealPace, PACING_BOUNDS, settingsOf } from '../domain/pacing/settings';
import type { Quota } from '../domain/pacing/quota';
import type { Slowdown } from '../domain/pacing/slowdown';
import type { Sql } from '../store/sql/database';
import { listHandOvers, type HandOverRow } from '../store/tables/lane-messages';
import type { PacingRow, StoredQuota, StoredSlowdown } from '../store/tables/sessions';

/** More than the largest daily cap makes no difference. */
export const MOST_HAND_OVERS = PACING_BOUNDS.per_day.most;

/** What all pacing times are divided by, per mode; null if pacing is off. */
export type PacingSpeeds = Readonly<Record<Mode, number>> | null;

/** A session's row as rules for the pacer. @param speed 1 for WhatsApp, the speed of the sandbox for test sessions. */
export function pacingRules(
  row: PacingRow,
  speed: number,
  campaigns: PacingRules['campaigns'] = new Map(),
): PacingRules {
  return {
    settings: settingsOf(row.mode, row.pacing),
    // The sandbox counts as linked when its warm-up was turned on.
    linkedAt: row.linked_at?.getTime() ?? (row.mode === 'test' ? null : row.created_at.getTime()),
    slowdown: slowdownOf(row),
    campaigns,
    speed,
    quota: row.quota && readStoredQuota(row.quota),
  };
}

/**
 * What a session handed over in the last 24 hours (divided by `speed`), oldest first. It includes every process that
 * owned the session, so caps hold across restarts. @param now epoch milliseconds
 * @param from further back, if what was read then is counted on from there (epoch ms)
 */
export async function readHandOvers(
  sql: Sql,
  sessionId: string,
  now: number,
  speed: number,
  from = now,
): Promise<HandOver[]> {
  const since = new Date(Math.max(0, Math.min(now - DAY_MS / speed, from)));
  const rows = await listHandOvers(sql, new Map([[sessionId, since]]), MOST_HAND_OVERS);
  return rows.map((row) => handOverOf(row, now));
}

/** A row as the pacer counts it. @param now epoch milliseconds: the clock may have been set back since */
export function handOverOf(row: HandOverRow, now: number): HandOver {
  return {
    newContact: row.new_contact,
    campaignId: row.campaign_id,
    at: Math.min(row.at.getTime(), now),
  };
}

/** The slow-down of a session. The sandbox has none as long as it has its own pace. */
export function slowdownOf(row: Pick<PacingRow, 'mode' | 'pacing' | 'slowdown'>): Slowdown | null {
  return row.slowdown && hasRealPace(row.mode, row.pacing) ? readSlowdown(row.slowdown) : null;
}

function readSlowdown({ factor, since, reason, low_paused_until }: StoredSlowdown): Slowdown {
  return {
    factor,
    since: Date.parse(since),
    reason,
    lowPausedUntil: low_paused_until === null ? null : Date.parse(low_paused_until),
  };
}

export function readStoredQuota({
  limit,
  used,
  state,
  read_at,
  resets_at,
  cycle_s,
}: Omit<StoredQuota, 'told'>): Quota {
  const resetsAt = resets_at === null ? null : Date.parse(resets_at);
  const cycleMs = cycle_s === null ? null : cycle_s * 1000;
  return { limit, used, state, readAt: Date.parse(read_at), resetsAt, cycleMs };
}

export function storedQuota({
  limit,
  used,
  state,
  readAt,
  resetsAt,
  cycleMs,
}: Quota): Omit<StoredQuota, 'told'> {
  const time = (at: number): string => new Date(at).toISOString();
  return {
    ...{ limit, used, state, read_at: time(readAt) },
    resets_at: resetsAt === null ? null : time(resetsAt),
    cycle_s: cycleMs === null ? null : cycleMs / 1000,
  };
}

export function storedSlowdown({ factor, since, reason, lowPausedUntil }: Slowdown): StoredSlowdown {
  return {
    factor,
    since: new Date(since).toISOString(),
    reason,
    low_paused_until: lowPausedUntil === null ? null : new Date(lowPausedUntil).toISOString(),
  };
}

/** A seed for a session's pacer, always the same. */
export function seedOf(sessionId: string): number {
  let seed = 0;
  for (const letter of sessionId) seed = (Math.imul(seed, 31) + letter.charCodeAt(0)) | 0;
  return seed;
}
