/** How long the messages of a chat stay before they disappear. */
export interface ChatTimer {
  /** 0: they stay. */
  seconds: number;
  /** When it was set, in epoch seconds; 0 if nobody said. */
  setAt: number;
}

/**
 * A chat's timer, once somebody has said something about it. WhatsApp's own rule: the setting that was made last counts,
 * whatever the order in which people hear of it. What was said without a time counts only while nothing better is known.
 * @param known null: nothing yet
 */
export function latestTimer(known: ChatTimer | null, told: ChatTimer): ChatTimer {
  if (!known || told.setAt > known.setAt) return told;
  if (told.setAt < known.setAt) return known;
  // Set by both sides in the same second: the one that keeps messages for less time.
  return told.setAt === 0 || lifeOf(told) < lifeOf(known) ? told : known;
}

const lifeOf = ({ seconds }: ChatTimer): number => (seconds === 0 ? Infinity : seconds);

/**
 * The timer of a new chat between two people who have a default timer: the shorter of the two, as on WhatsApp.
 * @param defaults seconds, 0 if there is none
 */
export function timerOfNewChat(defaults: readonly number[]): ChatTimer {
  const set = defaults.filter((seconds) => seconds > 0);
  return { seconds: set.length > 0 ? Math.min(...set) : 0, setAt: 0 };
}
