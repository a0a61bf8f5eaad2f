import { z } from 'zod';
import type { Mode } from '../domain/mode';
import { EngineError, notFound } from '../errors';
import type { AskOwner } from '../sessions/ask-owner';
import type { Sql } from '../store/sql/database';
import { listChatsOf } from '../store/tables/chats';
import { countMessages, findOldest } from '../store/tables/older-messages';
import { listSessions } from '../store/tables/sessions';
import type { LoadedOlder } from '../transport/older-messages';
import { whosOfChat } from './show-chats';

export const OlderSchema = z.object({
  total_messages: z.int().nullable().describe('how many messages of the chat the engine has now'),
  added: z.int().nullable().describe('how many of them this call brought'),
  can_load_more: z.boolean().describe('whether the phone has messages that are even older'),
});
export type Older = z.output<typeof OlderSchema>;

export interface OlderDependencies {
  database: Sql;
  askOwner: AskOwner;
  config: { historyDays: number };
}

/** As `loadOlder`, where nobody needs it: a phone that does not answer adds nothing. @returns how many came */
export async function tryLoadOlder(deps: OlderDependencies, mode: Mode, given: string): Promise<number> {
  try {
    return (await loadOlder(deps, mode, given)).added ?? 0;
  } catch (error) {
    if (error instanceof EngineError) return 0;
    throw error;
  }
}

/**
 * Asks the phone of each number that has the chat for messages older than those that are stored.
 * @param given see `whosOfChat`
 * @throws EngineError `not_found` if nothing is stored of the chat, `conflict` if no history is kept, `unavailable` if no
 * phone answers in time
 */
export async function loadOlder(
  { database, askOwner, config }: OlderDependencies,
  mode: Mode,
  given: string,
): Promise<Older> {
  if (config.historyDays === 0)
    throw new EngineError(
      'conflict',
      'No history is kept, because BLUETICKS_HISTORY_DAYS is 0. Set it to a number of days, then try again.',
    );
  const whos = await whosOfChat(database, mode, given);
  const linked = new Set((await listSessions(database, mode)).map(({ id }) => id));
  const chats = (await listChatsOf(database, mode, whos)).filter(({ session_id: id }) => linked.has(id));
  if (chats.length === 0) throw notFound('chat', given);
  const asked = await Promise.allSettled(
    chats.map(async ({ who, session_id: sessionId }): Promise<LoadedOlder> => {
      const oldest = await findOldest(database, { who, mode, sessionId });
      // Everything in it has disappeared: there is nothing to start from.
      if (!oldest) return { added: 0, hasMore: false };
      const { chat_id: chatId, wire_id: wireId, direction, at } = oldest;
      const place = { chatId, wireId, fromMe: direction === 'out', at: at.getTime() };
      return askOwner(sessionId, { kind: 'load_older', oldest: place });
    }),
  );
  const loaded = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const refused = asked.find((one) => one.status === 'rejected');
  if (loaded.length === 0 && refused) throw refused.reason;
  return {
    total_messages: await countMessages(database, mode, whos),
    added: loaded.reduce((sum, { added }) => sum + added, 0),
    can_load_more: loaded.some(({ hasMore }) => hasMore),
  };
}
