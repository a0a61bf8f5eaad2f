import type { MessageRow } from '../store/tables/messages';
import type { Content } from '../transport/transport';

const MS_PER_CHARACTER = 60;
const LEAST_MS = 1_000;
const MOST_MS = 6_000;

/**
 * How long to show "typing…" before a message, in milliseconds: longer for a longer text. Only for texts to a person,
 * and never for `high`, which should not be delayed; 0 for everything else.
 */
export function typingTime(message: MessageRow, content: Content): number {
  const isToPerson = !/@(g\.us|newsletter)$/.test(message.chat_id);
  if (!isToPerson || message.priority === 0 || content.type !== 'text') return 0;
  return Math.min(MOST_MS, Math.max(LEAST_MS, content.text.length * MS_PER_CHARACTER));
}
