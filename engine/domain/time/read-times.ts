import { expiryWithoutMoment, hangOn, NO_TIMES, type MessageTimes } from './message-times';
import { readMoment, type Moment, type RelativeTime } from './moment';
import { parseInstant, parseSendAt } from './send-at';
import { checkSendWindow, type SendWindow } from './send-window';
import type { Faults } from '../../errors';

/** The times in a request, as the client wrote them. */
export interface Times {
  send_at?: string | RelativeTime | null;
  expires_at?: string | null;
  send_window?: SendWindow | null;
}

/**
 * Reads `send_at` and `expires_at`, and checks all three fields, each alone and against each other.
 * @param now epoch ms
 * @param current for an edit: the values of fields that it does not change.
 */
export function readTimes(
  times: Times,
  now: number,
  faults: Faults,
  current: MessageTimes = NO_TIMES,
): MessageTimes {
  const read = readSendAt(times.send_at, now, faults, current);
  const isSkipped = read.moment?.skipped === true;
  let { expiresAt } = read;
  if (times.expires_at === null) expiresAt = null;
  else if (times.expires_at !== undefined) {
    // What is skipped may be about an appointment that is over.
    const given = isSkipped
      ? readTime('expires_at', times.expires_at, faults)
      : readFuture('expires_at', times.expires_at, now, faults);
    expiresAt = given ?? expiresAt;
  }
  const { sendAt } = read;
  if (sendAt && expiresAt && expiresAt <= sendAt && !isSkipped) {
    if (times.expires_at) faults.add('expires_at', 'out_of_order', 'must be later than send_at.');
    else faults.add('send_at', 'out_of_order', 'must be earlier than expires_at.');
  }
  if (times.send_window) faults.note('send_window', ...checkSendWindow(times.send_window));
  return { ...read, expiresAt };
}

/** The faults of an edit's times that do not depend on the message. @param now epoch ms */
export function checkTimes({ send_at: sendAt, ...others }: Times, now: number, faults: Faults): void {
  if (typeof sendAt !== 'object') readTimes({ send_at: sendAt, ...others }, now, faults);
  else {
    if (sendAt) readMoment(sendAt, faults.within('send_at'), ANY_MOMENT);
    readTimes(others, now, faults);
  }
}

/** What a message may hang on that an edit changes. */
const ANY_MOMENT: Moment = {
  before: 'P0D',
  after: null,
  of: '2000-01-01T00:00:00Z',
  at: null,
  timezone: 'UTC',
  if_past: 'refuse',
  skipped: false,
};

function readSendAt(
  given: Times['send_at'],
  now: number,
  faults: Faults,
  current: MessageTimes,
): MessageTimes {
  if (given === undefined || given === null) return current;
  if (typeof given === 'string') {
    const parsed = faults.read('send_at', parseSendAt(given, now));
    if (!parsed) return current;
    return { sendAt: new Date(parsed.at), expiresAt: expiryWithoutMoment(current), moment: null };
  }
  const own = faults.within('send_at');
  const moment = readMoment(given, own, current.moment);
  if (!moment) return current;
  const hung = hangOn(moment, current, now);
  if (hung.ok) return hung.times;
  own.add(hung.path, hung.code, hung.message);
  return current;
}

/** Reads a time that must still be ahead. @param now epoch ms */
export function readFuture(path: string, text: string, now: number, faults: Faults): Date | null {
  const time = readTime(path, text, faults);
  if (!time || time.getTime() > now) return time;
  faults.add(path, 'too_early', 'is in the past. Use a later time.');
  return null;
}

function readTime(path: string, text: string, faults: Faults): Date | null {
  const parsed = faults.read(path, parseInstant(text));
  return parsed && new Date(parsed.at);
}
