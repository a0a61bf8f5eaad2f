import { typingPause } from '../domain/pacing/typing-pause';
import type { MessageRow } from '../store/tables/messages';
import type { Content, Transport } from '../transport/transport';

/** How long "typing…" is to be shown before a message, in milliseconds: before a text to a person, and no alert. */
export function typingTime(message: MessageRow, content: Content): number {
  const isPerson = !/@(g\.us|newsletter)$/.test(message.chat_id);
  return isPerson && message.priority > 0 && content.type === 'text' ? typingPause(content.text) : 0;
}

/** Shows it where the transport can; that it could not be shown is no reason not to send. */
export async function showTyping(
  transport: Transport,
  chatId: string,
  ms: number,
  onFault: (error: unknown) => void,
): Promise<void> {
  if (ms > 0) await transport.typing?.(chatId, ms).catch(onFault);
}
