import { callEngine, pathTo, type CallContext } from '../../shared/call-engine';
import type { EngineEvent } from '../../shared/delivery';
import type { Wait } from './wait';

/** The answer may come before WhatsApp confirms the question, as both are on their way. */
const OVERTAKES_MS = 1_000;

/**
 * Tells which events came after a question was sent. It may have waited for the link, its time or its turn, and what
 * somebody wrote before they got it is no answer, least of all an "ok" that approves it.
 */
export async function whenAsked(
  context: CallContext,
  { messageId }: Wait,
): Promise<(event: EngineEvent) => boolean> {
  const path = pathTo('/v1/scheduled-messages', messageId);
  // The key may not read messages, or the message was erased: then nobody knows.
  const message = await callEngine(context, { method: 'GET', path }).catch(() => undefined);
  // An attempt without an answer may have reached them.
  if (typeof message?.sent_at !== 'string') return () => message?.attempts !== 0;
  const sentAt = Date.parse(message.sent_at);
  return ({ created_at }) => !(Date.parse(created_at) + OVERTAKES_MS < sentAt);
}
