import { z } from 'zod';
import { Pacer } from '../domain/pacing/pacer';
import { PacingHistory } from '../domain/pacing/history';
import { DAY_MS } from '../domain/pacing/limits';
import { PACING_BOUNDS, withDefaults, type Bounds } from '../domain/pacing/settings';
import { factorAt } from '../domain/pacing/slowdown';
import { checkSendWindow } from '../domain/time/send-window';
import { invalidRequest } from '../errors';
import type { PacingRow } from '../store/tables/pacing';
import { pacingRules, readSlowdown, type PacingSpeeds } from './pacing-rules';

function knob({ least, most, whole }: Bounds, description: string) {
  const number = whole ? z.int() : z.number();
  return number.min(least).max(most).nullable().optional().describe(`${description}, ${least} to ${most}`);
}

/** What `PATCH /v1/sessions/{id}` takes; null puts a knob back to its default. */
export const PacingEditSchema = z.strictObject({
  min_gap_s: knob(PACING_BOUNDS.min_gap_s, 'seconds between two messages, at least'),
  jitter_s: knob(PACING_BOUNDS.jitter_s, 'up to so many seconds more, drawn anew for each gap'),
  per_minute: knob(PACING_BOUNDS.per_minute, 'messages in any 60 seconds'),
  per_hour: knob(PACING_BOUNDS.per_hour, 'messages in any 60 minutes'),
  per_day: knob(PACING_BOUNDS.per_day, 'messages in any 24 hours'),
  new_contacts_per_day: knob(
    PACING_BOUNDS.new_contacts_per_day,
    'of these, to people never written to before; 0 for none at all',
  ),
  warm_up: z.boolean().nullable().optional().describe('begin low after linking and grow from day to day'),
  typing: z.boolean().nullable().optional().describe('show "typing…" for a moment before a text'),
  quiet_hours: z
    .strictObject({ start: z.string(), end: z.string(), timezone: z.string() })
    .nullable()
    .optional()
    .describe('hours in which only messages of priority high go'),
});
export type PacingEdit = z.output<typeof PacingEditSchema>;

/** @throws EngineError `invalid_request` for quiet hours that cannot be */
export function checkPacingEdit({ quiet_hours: quietHours }: PacingEdit): void {
  if (!quietHours) return;
  const faults = checkSendWindow(quietHours);
  if (faults.length === 0) return;
  const under = (path: string): string => ['pacing', 'quiet_hours', ...(path ? [path] : [])].join('.');
  throw invalidRequest(faults.map((fault) => ({ ...fault, path: under(fault.path) })));
}

/** The pacing of a session as the API shows it. */
export const PacingSchema = z.object({
  min_gap_s: z.number(),
  jitter_s: z.number(),
  per_minute: z.int(),
  per_hour: z.int(),
  per_day: z.int(),
  new_contacts_per_day: z.int(),
  warm_up: z.boolean(),
  typing: z.boolean(),
  quiet_hours: z.object({ start: z.string(), end: z.string(), timezone: z.string() }).nullable(),
  sent_today: z.int().describe('messages handed over in the last 24 hours'),
  limit_today: z
    .int()
    .nullable()
    .describe('how many these may be now, by the warm-up and the slow-down; null: pacing is off'),
  slowdown: z
    .object({
      factor: z.number().describe('gaps are so many times as long, caps as many times smaller'),
      since: z.string(),
      reason: z.enum(['rejections', 'restriction']),
      low_paused_until: z.string().nullable().describe('until then nothing of priority low goes'),
    })
    .nullable()
    .describe('WhatsApp rejected messages or restricted the number; recovers by itself'),
});
export type ShownPacing = z.output<typeof PacingSchema>;

/** @param sentToday messages handed over in the last 24 hours, of the session's own time. */
export function presentPacing(
  row: PacingRow,
  sentToday: number,
  now: number,
  speeds: PacingSpeeds,
): ShownPacing {
  const speed = speeds?.[row.mode] ?? 1;
  const pacer = new Pacer(pacingRules(row, speed), new PacingHistory(), 0);
  return {
    ...withDefaults(row.pacing),
    sent_today: sentToday,
    limit_today: speeds ? pacer.perDay(now) : null,
    slowdown: presentSlowdown(row, now, speed),
  };
}

function presentSlowdown({ slowdown }: PacingRow, now: number, speed: number): ShownPacing['slowdown'] {
  if (!slowdown) return null;
  const read = readSlowdown(slowdown);
  const factor = factorAt(read, now, speed);
  const isPaused = read.lowPausedUntil !== null && read.lowPausedUntil > now;
  if (factor === 1 && !isPaused) return null;
  return { ...slowdown, factor, low_paused_until: isPaused ? slowdown.low_paused_until : null };
}

/** The moment after which what was handed over counts as of today. */
export function todayBegan(mode: PacingRow['mode'], now: Date, speeds: PacingSpeeds): Date {
  return new Date(now.getTime() - DAY_MS / (speeds?.[mode] ?? 1));
}
