import type { Transact } from '../events/transact';
import { readUpTo } from '../store/tables/chats';
import { findWhoForNew } from '../store/tables/person-names';
import type { SessionRow } from '../store/tables/sessions';
import type { OwnRead } from '../transport/own-reads';

/** The owner has read a chat on the phone: only what came after that is still unread. It is told to nobody. */
export async function receiveOwnRead(
  { transact }: { transact: Transact },
  { id: sessionId, mode }: Pick<SessionRow, 'id' | 'mode'>,
  { chatId, wireIds }: OwnRead,
): Promise<void> {
  await transact(async ({ sql }) => {
    const who = (await findWhoForNew(sql, mode, [chatId]))(chatId);
    readUpTo(sql, { who, mode, sessionId }, wireIds);
  });
}
