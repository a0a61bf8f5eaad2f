import { addDuration, parseDuration } from './iso-duration';
import { parseSendAt, SEND_AT_LEAST_AHEAD_MS, SEND_AT_MOST_AHEAD_MS } from './send-at';
import { instantOf, minuteOfDay, TIME_OF_DAY_FAULT, wallClock } from './time-zone';

/** When to send a step of a sequence, as the client wrote it. */
export interface StepTime {
  /** ISO 8601 duration from the start of the sequence. */
  after?: string;
  /** RFC 3339 with offset. */
  at?: string;
  /** `HH:MM`: moves the step to that time of the day, or of the next day if it has passed. */
  local_time?: string;
}

export type StepMoment =
  | { ok: true; /** Epoch ms; null: at once. */ at: number | null }
  | { ok: false; path: keyof StepTime; code: string; message: string };

const DAY = 86_400_000;

const fault = (path: keyof StepTime, code: string, message: string): StepMoment => ({
  ok: false,
  path,
  code,
  message,
});

/**
 * When to send a step of a sequence that starts now, at `start` (epoch ms). Without `after` and `at` it is sent at the
 * start. A step is sent at the start itself (`PT0S`), or 10 s to 365 days after it. Only `local_time` may move it closer
 * than 10 s, or else a sequence created shortly before nine could have no step at nine.
 * @param zone IANA name, for `local_time` and the calendar parts of `after`.
 */
export function momentOf(step: StepTime, start: number, zone: string): StepMoment {
  if (step.after !== undefined && step.at !== undefined)
    return fault('at', 'given_twice', 'cannot be combined with after. Use only one of them.');
  const minutes = step.local_time === undefined ? null : minuteOfDay(step.local_time);
  if (step.local_time !== undefined && minutes === null)
    return fault('local_time', 'invalid_time', TIME_OF_DAY_FAULT);
  const base = baseOf(step, start, zone, minutes !== null);
  if (!base.ok || base.at === null || minutes === null) return base;
  const at = nextTimeOfDay(base.at, minutes, zone);
  if (at - start > SEND_AT_MOST_AHEAD_MS)
    return fault('local_time', 'too_late', 'moves the step more than 365 days ahead. Use an earlier day.');
  return { ok: true, at: at === start ? null : at };
}

/** The moment before `local_time` moves it. If `moved`, it is never null and may be any time soon. */
function baseOf({ after, at }: StepTime, start: number, zone: string, moved: boolean): StepMoment {
  if (at !== undefined) {
    const parsed = parseSendAt(at, start);
    return parsed.ok ? { ok: true, at: parsed.at } : fault('at', parsed.code, parsed.message);
  }
  const parsed = parseDuration(after ?? 'PT0S');
  if (!parsed.ok) return fault('after', parsed.code, parsed.message);
  const moment = addDuration(start, parsed.duration, zone);
  const ahead = moment - start;
  // Not `>`: a moment beyond any calendar is NaN.
  if (!(ahead <= SEND_AT_MOST_AHEAD_MS))
    return fault('after', 'too_late', 'must be at most 365 days after the start. Use an earlier time.');
  if (moved) return { ok: true, at: moment };
  if (ahead > 0 && ahead < SEND_AT_LEAST_AHEAD_MS)
    return fault(
      'after',
      'too_soon',
      'must be at least 10 seconds after the start. Use a later time, or PT0S to send at once.',
    );
  return { ok: true, at: ahead === 0 ? null : moment };
}

/** The first time, from `at` on (epoch ms), when the local clock is this many minutes past midnight. */
function nextTimeOfDay(at: number, minutes: number, zone: string): number {
  const wall = wallClock(zone, at);
  const midnight = Math.floor(wall / DAY) * DAY;
  for (let day = midnight; ; day += DAY) {
    const moment = instantOf(zone, day + minutes * 60_000);
    if (moment >= at) return moment;
  }
}
