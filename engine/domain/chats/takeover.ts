import { latestAnswered } from '../people/answer-time';

/** The most that a session's `takeover_hours` may be. */
export const LONGEST_TAKEOVER_HOURS = 30 * 24;

const HOUR_MS = 3_600_000;

/** Who has a chat. */
export interface ChatHolder {
  /** A person has it since then; null: the bot has it. */
  humanSince: Date | null;
  /** When the bot has it again; null: when somebody gives it back. */
  humanUntil: Date | null;
  /** When somebody last gave it back; null: nobody did. */
  givenBackAt: Date | null;
}

export type HandledBy = 'bot' | 'human';

/** Whose turn it is in a chat. A takeover ends at its time, whether or not anybody has noticed. */
export function handledBy({ humanSince, humanUntil }: ChatHolder, now: Date): HandledBy {
  return humanSince !== null && (humanUntil === null || humanUntil > now) ? 'human' : 'bot';
}

/** Something that the owner of the number did on the phone or on another device. */
interface Deed {
  kind: string;
  type: string;
}

/** Messages that nobody writes in a chat: WhatsApp makes them of something that the owner did elsewhere or tapped. */
const NOT_WRITTEN = new Set(['status_mention', 'event_reply']);

/**
 * Whether the owner writes in the chat, and so has it from then on: by messages of any type, and edits. Reactions,
 * votes, revocations and settings say nothing.
 */
export const isWriting = ({ kind, type }: Deed): boolean =>
  (kind === 'message' || kind === 'edited') && !NOT_WRITTEN.has(type);

/**
 * The chat after its owner has written in it: a person has it for some hours from then on. A later message extends that.
 * @param hours `takeover_hours` of the session
 * @param writtenAt by WhatsApp's clock; a message may come days later
 * @returns null if nothing changes: the hours are over already, the chat was given back since, or it is a person's for
 *   longer
 */
export function afterOwnerWrote(
  chat: ChatHolder,
  hours: number,
  writtenAt: Date,
  now: Date,
): ChatHolder | null {
  const written = Math.min(writtenAt.getTime(), now.getTime());
  const humanUntil = new Date(written + hours * HOUR_MS);
  if (humanUntil <= now) return null;
  if (chat.givenBackAt && latestAnswered(new Date(written)) < chat.givenBackAt) return null;
  if (handledBy(chat, now) === 'bot') return { ...chat, humanSince: new Date(written), humanUntil };
  if (chat.humanUntil === null || chat.humanUntil >= humanUntil) return null;
  return { ...chat, humanUntil };
}

/** The chat after somebody took it over. @param until null: until it is given back */
export function afterTakeOver(chat: ChatHolder, until: Date | null, now: Date): ChatHolder {
  const humanSince = handledBy(chat, now) === 'human' ? chat.humanSince : now;
  return { ...chat, humanSince, humanUntil: until };
}

/** The chat after somebody gave it back. */
export const afterGiveBack = (now: Date): ChatHolder => ({
  humanSince: null,
  humanUntil: null,
  givenBackAt: now,
});
