import { afterOwnerWrote, handledBy, isWriting, type HandledBy } from '../domain/chats/takeover';
import type { Work } from '../events/transact';
import type { SessionRow } from '../store/tables/sessions';
import { holderOf, lockTakeover, readTakeover, saveTakeover, withHolder } from '../store/tables/takeovers';
import type { Inbound } from '../transport/transport';
import { tellTakenOver } from './chat-events';
import { endMessages } from './end-messages';

/** What follows from something that the owner of a number did on the phone. */
interface AfterOwner {
  handledBy: HandledBy;
  /** Emits that the chat was taken over, if it was. Call it last: the event shows the chat. */
  tell(): Promise<void>;
}

/**
 * Gives a chat to the owner of the number, who has just written in it, for the session's `takeover_hours`.
 * @param who who the chat is with, see `TakeoverRow`; `whos` are all ids of theirs
 */
export async function ownerWrote(
  work: Work,
  session: SessionRow,
  inbound: Pick<Inbound, 'kind' | 'type' | 'chatId' | 'at'>,
  { who, whos }: { who: string; whos: readonly string[] },
): Promise<AfterOwner> {
  const { now } = work;
  const { holder, hours } = await readTakeover(work.sql, who, session.id);
  const after = isWriting(inbound) ? afterOwnerWrote(holder, hours, new Date(inbound.at), now) : null;
  if (!after) return { handledBy: handledBy(holder, now), tell: () => Promise.resolve() };
  await endMessages(work, session.id, whos);
  const chat = { who, session_id: session.id, mode: session.mode, chat_id: inbound.chatId };
  const before = await lockTakeover(work.sql, chat);
  const next = afterOwnerWrote(holderOf(before), hours, new Date(inbound.at), now) ?? holderOf(before);
  const row = withHolder(before, next);
  saveTakeover(work.sql, row);
  return { handledBy: handledBy(next, now), tell: () => tellTakenOver(work, before, row, 'phone') };
}
