import type { Mode } from '../domain/mode';
import type { HandOver } from '../domain/pacing/history';
import { DAY_MS } from '../domain/pacing/limits';
import type { PacingRules } from '../domain/pacing/pacer';
import { PACING_BOUNDS, withDefaults } from '../domain/pacing/settings';
import type { Quota } from '../domain/pacing/quota';
import type { Slowdown } from '../domain/pacing/slowdown';
import type { Sql } from '../store/sql/database';
import { listHandOvers } from '../store/tables/lane-messages';
import type { PacingRow, StoredQuota, StoredSlowdown } from '../store/tables/sessions';

/** What all pacing times are divided by, per mode; null if pacing is off. */
export type PacingSpeeds = Readonly<Record<Mode, number>> | null;

/** A session's row as rules for the pacer. @param speed 1 for WhatsApp, the speed of the sandbox for test sessions. */
export function pacingRules(
  row: PacingRow,
  speed: number,
  campaigns: PacingRules['campaigns'] = new Map(),
): PacingRules {
  return {
    settings: withDefaults(row.pacing),
    // The sandbox needs no warm-up: nobody bans its numbers.
    linkedAt: row.mode === 'test' ? null : (row.linked_at ?? row.created_at).getTime(),
    slowdown: row.slowdown && readSlowdown(row.slowdown),
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
  // More than the largest daily cap makes no difference.
  const rows = await listHandOvers(sql, sessionId, since, PACING_BOUNDS.per_day.most);
  return rows.map(({ at, new_contact: newContact, campaign_id: campaignId }) => ({
    newContact,
    campaignId,
    at: Math.min(at.getTime(), now),
  }));
}

export function readSlowdown({ factor, since, reason, low_paused_until }: StoredSlowdown): Slowdown {
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
