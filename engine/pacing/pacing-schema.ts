import { z } from 'zod';
import { Pacer } from '../domain/pacing/pacer';
import { PacingHistory } from '../domain/pacing/history';
import { DAY_MS } from '../domain/pacing/limits';
import { PACING_BOUNDS, settingsOf, type Bounds, type QuietHours } from '../domain/pacing/settings';
import { factorAt, SLOWDOWN_REASONS } from '../domain/pacing/slowdown';
import { checkSendWindow } from '../domain/time/send-window';
import type { ErrorDetail } from '../errors';
import type { PacingRow } from '../store/tables/sessions';
import { pacingRules, slowdownOf, type PacingSpeeds } from './pacing-rules';

function setting({ least, most, whole }: Bounds, description: string) {
  const number = whole ? z.int() : z.number();
  return number.min(least).max(most).nullable().optional().describe(`${description}, ${least} to ${most}`);
}

const quietHours = {
  start: z.string().trim(),
  end: z.string().trim(),
  timezone: z.string().trim(),
} satisfies Record<keyof QuietHours, z.ZodString>;

/** The body of `PATCH /v1/sessions/{id}`; null resets a setting to its default. */
export const PacingEditSchema = z.strictObject({
  min_gap_s: setting(PACING_BOUNDS.min_gap_s, 'minimum seconds between two messages'),
  jitter_s: setting(PACING_BOUNDS.jitter_s, 'random extra seconds for each gap, up to this many'),
  per_minute: setting(PACING_BOUNDS.per_minute, 'messages in any 60 seconds'),
  per_hour: setting(PACING_BOUNDS.per_hour, 'messages in any 60 minutes'),
  per_day: setting(PACING_BOUNDS.per_day, 'messages in any 24 hours'),
  new_contacts_per_day: setting(
    PACING_BOUNDS.new_contacts_per_day,
    'messages in any 24 hours to new contacts; 0 for none',
  ),
  warm_up: z.boolean().nullable().optional().describe('caps start low after linking and grow daily'),
  typing: z.boolean().nullable().optional().describe('show "typing…" briefly before a text'),
  quiet_hours: z
    .strictObject(quietHours)
    .nullable()
    .optional()
    .describe('hours when only messages of priority high are sent'),
});
export type PacingEdit = z.output<typeof PacingEditSchema>;

/** What is wrong with quiet hours beyond their schema. */
export function pacingFaults({ quiet_hours: quietHours }: PacingEdit): ErrorDetail[] {
  if (!quietHours) return [];
  const under = (path: string): string => ['pacing', 'quiet_hours', ...(path ? [path] : [])].join('.');
  return checkSendWindow(quietHours).map((fault) => ({ ...fault, path: under(fault.path) }));
}

const cap = z.int().nullable().describe('null: no cap, as in the sandbox until its pacing is changed');

/** The pacing of a session as the API shows it. */
export const PacingSchema = z.object({
  min_gap_s: z.number(),
  jitter_s: z.number(),
  per_minute: cap,
  per_hour: cap,
  per_day: cap,
  new_contacts_per_day: cap,
  warm_up: z.boolean(),
  typing: z.boolean(),
  quiet_hours: z.object(quietHours).nullable(),
  sent_today: z.int().describe('messages handed over in the last 24 hours'),
  limit_today: z
    .int()
    .nullable()
    .describe(
      'the daily cap right now, after warm-up and slow-down; null if there is none, or pacing is off',
    ),
  slowdown: z
    .object({
      factor: z.number().describe('gaps are this many times longer, caps this many times smaller'),
      since: z.string(),
      reason: z.enum(SLOWDOWN_REASONS),
      low_paused_until: z.string().nullable().describe('no messages of priority low are sent until then'),
    })
    .nullable()
    .describe('set after WhatsApp rejected messages or restricted the number; recovers by itself'),
});
export type ShownPacing = z.output<typeof PacingSchema>;

/** @param sentToday messages handed over in the last 24 hours (divided by the session's speed). */
export function presentPacing(
  row: PacingRow,
  sentToday: number,
  now: number,
  speeds: PacingSpeeds,
): ShownPacing {
  const speed = speeds?.[row.mode] ?? 1;
  const pacer = new Pacer(pacingRules(row, speed), new PacingHistory(), 0);
  const settings = settingsOf(row.mode, row.pacing);
  return {
    ...settings,
    per_minute: shownCap(settings.per_minute),
    per_hour: shownCap(settings.per_hour),
    per_day: shownCap(settings.per_day),
    new_contacts_per_day: shownCap(settings.new_contacts_per_day),
    sent_today: sentToday,
    limit_today: speeds ? shownCap(pacer.perDay(now)) : null,
    slowdown: presentSlowdown(row, now, speed),
  };
}

const shownCap = (most: number): number | null => (most === Infinity ? null : most);

function presentSlowdown(row: PacingRow, now: number, speed: number): ShownPacing['slowdown'] {
  const { slowdown } = row;
  const read = slowdownOf(row);
  if (!slowdown || !read) return null;
  const factor = factorAt(read, now, speed);
  const isPaused = read.lowPausedUntil !== null && read.lowPausedUntil > now;
  if (factor === 1 && !isPaused) return null;
  return { ...slowdown, factor, low_paused_until: isPaused ? slowdown.low_paused_until : null };
}

/** The start of "today": 24 hours ago (divided by the session's speed). */
export function todayBegan(mode: PacingRow['mode'], now: Date, speeds: PacingSpeeds): Date {
  return new Date(now.getTime() - DAY_MS / (speeds?.[mode] ?? 1));
}
