import type { MessageRow } from '../store/tables/messages';
import type { Content, Typing } from '../transport/transport';

const MS_PER_CHARACTER = 60;
const LEAST_MS = 1_000;
const MOST_MS = 6_000;

/**
 * How long to show "typing…" before a message if its session does so, in milliseconds: longer for a longer text. Only
 * for texts to a person, and never for `high`, which should not be delayed; 0 for everything else, and for a message
 * that says itself how long (`askedTyping`).
 */
export function typingTime(message: MessageRow, content: Content): number {
  const isToPerson = !/@(g\.us|newsletter|broadcast)$/.test(message.chat_id);
  if (message.typing_seconds !== null) return 0;
  if (!isToPerson || message.priority === 0 || content.type !== 'text') return 0;
  return Math.min(MOST_MS, Math.max(LEAST_MS, content.text.length * MS_PER_CHARACTER));
}

/** What the message itself asks to be shown before it goes; null for nothing. Channels show neither. */
export function askedTyping(message: MessageRow): { ms: number; kind: Typing } | null {
  if (!message.typing_seconds || message.chat_id.endsWith('@newsletter')) return null;
  return { ms: message.typing_seconds * 1000, kind: message.media?.kind === 'voice' ? 'voice' : 'text' };
}
