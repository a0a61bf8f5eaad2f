import type { ReceivedInChat } from '../chats/history-rows';
import type { NewEvent, Work } from '../events/transact';
import { addToBursts, editInBursts, removeFromBursts } from '../store/tables/bursts';

/** The lane of bursts that are to be told. Any process can work it. */
export const BURSTS_LANE = 'bursts';

/**
 * Adds what a person wrote to their open bursts, in the transaction that stores it. What they edit or delete before the
 * burst is told changes it. What the owner of the number writes is not part of any.
 * @param event what is told of it alone
 */
export function collectBurst(work: Work, received: ReceivedInChat, event: NewEvent): void {
  const { session, inbound, id, who, personId } = received;
  if (inbound.sentFromPhone) return;
  const writer = personId ?? inbound.author ?? who;
  const place = { session_id: session.id, who };
  if (inbound.kind === 'message') {
    const message = {
      ...place,
      id,
      wire_id: inbound.id,
      created_at: work.now,
      data: JSON.stringify(event.data),
    };
    const about = { mode: session.mode, chat_id: inbound.chatId, writer, from_who: personId };
    addToBursts(work.sql, { ...message, ...about, from_phone: event.fromPhone ?? null }, (at) =>
      work.wake(BURSTS_LANE, at.getTime()),
    );
    return;
  }
  if (inbound.targetWireId === null) return;
  const target = { ...place, wire_id: inbound.targetWireId };
  if (inbound.kind === 'edited') editInBursts(work.sql, target, writer, inbound.text);
  if (inbound.kind === 'revoked') removeFromBursts(work.sql, target, inbound.isGroup ? null : writer);
}
