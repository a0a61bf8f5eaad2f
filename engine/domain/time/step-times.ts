import { addDuration, parseDuration } from './iso-duration';
import { parseSendAt, SEND_AT_LEAST_AHEAD_MS, SEND_AT_MOST_AHEAD_MS } from './send-at';
import { instantOf, wallClock } from './time-zone';

/** When a step of a sequence is to go, as its client says it. */
export interface StepTime {
  /** ISO 8601 duration from the start of the sequence. */
  after?: string;
  /** RFC 3339 with offset. */
  at?: string;
  /** `HH:MM`: moves the step to that time of that day, or of the next day if it has passed. */
  local_time?: string;
}

export type StepMoment =
  | { ok: true; /** Epoch ms; null: at once. */ at: number | null }
  | { ok: false; path: keyof StepTime; code: string; message: string };

const DAY = 86_400_000;
const TIME_OF_DAY = /^([01]\d|2[0-3]):([0-5]\d)$/;

const fault = (path: keyof StepTime, code: string, message: string): StepMoment => ({
  ok: false,
  path,
  code,
  message,
});

/**
 * The moment of a step of a sequence that starts at `start` (epoch ms), which is now. Without `after` and `at` it is
 * counted from the start. A moment is the start itself (`PT0S`), or 10 s to 365 days after it; where `local_time` moved
 * it, it may also be closer than 10 s, or a sequence made shortly before nine could have no step at nine.
 * @param zone IANA name, for `local_time` and the calendar parts of `after`.
 */
export function momentOf(step: StepTime, start: number, zone: string): StepMoment {
  if (step.after !== undefined && step.at !== undefined)
    return fault('at', 'given_twice', 'is given beside after; give one of the two');
  const time = step.local_time === undefined ? null : TIME_OF_DAY.exec(step.local_time);
  if (step.local_time !== undefined && !time)
    return fault(
      'local_time',
      'invalid_time',
      'must be a time from 00:00 to 23:59, written HH:MM; midnight is 00:00',
    );
  const base = baseOf(step, start, zone, time !== null);
  if (!base.ok || base.at === null || !time) return base;
  const at = nextTimeOfDay(base.at, Number(time[1]) * 60 + Number(time[2]), zone);
  if (at - start > SEND_AT_MOST_AHEAD_MS)
    return fault('local_time', 'too_late', 'moves the step beyond the 365 days ahead; choose an earlier day');
  return { ok: true, at: at === start ? null : at };
}

/** The moment before `local_time` moves it; then it is never null, and any nearness will do. */
function baseOf({ after, at }: StepTime, start: number, zone: string, moved: boolean): StepMoment {
  if (at !== undefined) {
    const parsed = parseSendAt(at, start);
    return parsed.ok ? { ok: true, at: parsed.at } : fault('at', parsed.code, parsed.message);
  }
  const parsed = parseDuration(after ?? 'PT0S');
  if (!parsed.ok) return fault('after', parsed.code, parsed.message);
  const moment = addDuration(start, parsed.duration, zone);
  const ahead = moment - start;
  // Not `>`: what lies beyond any calendar is no number.
  if (!(ahead <= SEND_AT_MOST_AHEAD_MS))
    return fault('after', 'too_late', 'must be at most 365 days after the start; choose an earlier moment');
  if (moved) return { ok: true, at: moment };
  if (ahead > 0 && ahead < SEND_AT_LEAST_AHEAD_MS)
    return fault(
      'after',
      'too_soon',
      'must be at least 10 seconds after the start; choose a later moment, or PT0S to send at once',
    );
  return { ok: true, at: ahead === 0 ? null : moment };
}

/** The first moment from `at` on (epoch ms) that is so many minutes into a day of the zone's clocks. */
function nextTimeOfDay(at: number, minutes: number, zone: string): number {
  const wall = wallClock(zone, at);
  const midnight = Math.floor(wall / DAY) * DAY;
  for (let day = midnight; ; day += DAY) {
    const moment = instantOf(zone, day + minutes * 60_000);
    if (moment >= at) return moment;
  }
}
