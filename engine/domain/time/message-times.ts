import { instantOfMoment, whenToSend, type Moment } from './moment';

/** The times of a message. */
export interface MessageTimes {
  /** Null: at once. */
  sendAt: Date | null;
  expiresAt: Date | null;
  /** What it hangs on; null for a message with a time of its own. */
  moment: Moment | null;
}

export const NO_TIMES: MessageTimes = { sendAt: null, expiresAt: null, moment: null };

export type Hung =
  | { ok: true; times: MessageTimes }
  /** As `WhenToSend`. */
  | { ok: false; path: string; code: string; message: string };

/**
 * The times of a message that hangs on `moment` from now on. Its expiry moves by as much as the moment.
 * @param current its times until now
 * @param now epoch ms
 */
export function hangOn(moment: Moment, current: MessageTimes, now: number): Hung {
  const when = whenToSend(moment, now);
  if (when.do === 'refuse') return { ok: false, path: when.path, code: when.code, message: when.message };
  const sendAt = when.do === 'send_now' ? null : when.at;
  const expiresAt = expiryOn(moment, sendAt ?? now, current, now);
  return {
    ok: true,
    times: {
      sendAt: sendAt === null ? null : new Date(sendAt),
      expiresAt: expiresAt === null ? null : new Date(expiresAt),
      moment: { ...moment, skipped: when.do === 'skip' },
    },
  };
}

/** The expiry of a message that hangs on a moment no longer: its own, or none if the moment was its expiry. */
export function expiryWithoutMoment({ moment, expiresAt }: MessageTimes): Date | null {
  return moment && isItsExpiry(moment, expiresAt) ? null : expiresAt;
}

/**
 * A message before a moment expires with the moment, unless its client says otherwise: it is useless afterwards. Any other
 * expiry keeps its distance from the moment; where that would put it before the message is due, its distance from there.
 */
function expiryOn(moment: Moment, sendAt: number, current: MessageTimes, now: number): number | null {
  const of = instantOfMoment(moment);
  const byDefault = moment.before !== null && of > sendAt ? of : null;
  const { moment: old, expiresAt } = current;
  if (!old) return expiresAt?.getTime() ?? byDefault;
  if (isItsExpiry(old, expiresAt)) return byDefault;
  if (!expiresAt) return old.before === null ? byDefault : null;
  const moved = expiresAt.getTime() + of - instantOfMoment(old);
  if (moved > sendAt) return moved;
  return sendAt + Math.max(0, expiresAt.getTime() - (current.sendAt?.getTime() ?? now));
}

const isItsExpiry = (moment: Moment, expiresAt: Date | null): boolean =>
  moment.before !== null && expiresAt?.getTime() === instantOfMoment(moment);
