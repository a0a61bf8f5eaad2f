/** When the messages that one person writes in a row are told as one event. */
export interface BurstSettings {
  /** Seconds of silence after a message. */
  quiet_s: number;
  /** Seconds after the first message, at the latest. */
  most_s: number;
  /** As soon as there are so many. */
  most_messages: number;
}

/** The largest value of each setting. The smallest is 1. */
export const MOST_BURST: BurstSettings = { quiet_s: 120, most_s: 600, most_messages: 50 };

const QUIET_S = 8;
const LEAST_MOST_S = 60;
/** Even a slow writer, whose settings have a long silence, gets to write several messages. */
const SILENCES = 4;
const MESSAGES = 20;

/** Fills in what was left out, so that it fits what was given. */
export function completeBurst(given: Partial<BurstSettings> = {}): BurstSettings {
  const quiet_s = given.quiet_s ?? Math.min(QUIET_S, given.most_s ?? QUIET_S);
  return {
    quiet_s,
    most_s: given.most_s ?? Math.max(LEAST_MOST_S, SILENCES * quiet_s),
    most_messages: given.most_messages ?? MESSAGES,
  };
}
