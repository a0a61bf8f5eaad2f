import type { PacingRules } from '../domain/pacing/pacer';
import type { Mode } from '../domain/mode';
import { withDefaults } from '../domain/pacing/settings';
import type { Slowdown } from '../domain/pacing/slowdown';
import type { PacingRow } from '../store/tables/pacing';
import type { StoredSlowdown } from '../store/tables/sessions';

/** What the times of each mode's pace are divided by; null where everything goes as soon as it is due. */
export type PacingSpeeds = Readonly<Record<Mode, number>> | null;

/** By what a session is paced, from its row. @param speed 1 for WhatsApp, the sandbox's speed there. */
export function pacingRules(
  row: PacingRow,
  speed: number,
  campaigns: PacingRules['campaigns'] = new Map(),
): PacingRules {
  return {
    settings: withDefaults(row.pacing),
    // Nobody bans the sandbox's number for being new.
    linkedAt: row.mode === 'test' ? null : (row.linked_at ?? row.created_at).getTime(),
    slowdown: row.slowdown && readSlowdown(row.slowdown),
    campaigns,
    speed,
  };
}

export function readSlowdown({ factor, since, reason, low_paused_until }: StoredSlowdown): Slowdown {
  return {
    factor,
    since: Date.parse(since),
    reason,
    lowPausedUntil: low_paused_until === null ? null : Date.parse(low_paused_until),
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
