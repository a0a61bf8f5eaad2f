import { collectBurst } from '../bursts/collect-burst';
import type { ChatHistory } from '../chats/chat-history';
import { newId } from '../domain/ids';
import { latestAnswered } from '../domain/people/answer-time';
import type { Transact } from '../events/transact';
import { noteReply } from '../store/tables/campaign-answers';
import { findByWireId, wasSentByUs } from '../store/tables/messages';
import { insertInbound } from '../store/tables/inbound-messages';
import { rememberMet, saveOwnNames } from '../store/tables/people';
import type { SessionRow } from '../store/tables/sessions';
import type { Encryption } from '../encryption/encryption';
import type { MediaLinks } from './media-links';
import type { Inbound } from '../transport/transport';
import type { OptOutRules } from './apply-reply';
import { awaitContent, inboundRow, openAwaited } from './awaited';
import { follow } from './follow-inbound';
import { inboundEvent, inChat } from './inbound-event';
import { whoWrote } from './who-wrote';

export interface InboundDependencies {
  transact: Transact;
  encryption: Encryption;
  optOuts: OptOutRules;
  mediaLinks: MediaLinks;
  history: ChatHistory;
}

/**
 * Stores what came in from a chat, only once even if it is reported again. The same transaction cancels what a reply
 * should stop, applies a stop or start word, gives the chat to the owner of the number if the owner wrote it, and emits the
 * event. A message without its content is a reply at once; its event follows when the content comes, or when that takes too
 * long (`awaited.ts`).
 * @returns the row of a message that somebody wrote; null for everything else, and for what was stored before
 */
export async function receiveInbound(
  { transact, encryption, optOuts, mediaLinks, history }: InboundDependencies,
  session: SessionRow,
  reported: Inbound,
): Promise<{ id: string; who: string } | null> {
  const { media, sentFromPhone } = reported;
  const urlOf = media && reported.content ? await mediaLinks.maker() : null;
  return transact(async (work) => {
    // Another device of the account may report what the engine itself sent.
    if (sentFromPhone && (await wasSentByUs(work.sql, reported.id))) return null;
    const origin = await whoWrote(work, session, reported);
    const { who, person } = origin;
    const id = newId('inbound');
    let inbound = reported;
    let wasHumans = false;
    let hasBursts = false;
    let mayAnswer = true;
    if (reported.isAwaited) {
      if (!(await awaitContent(work, session, reported, who, encryption))) return null;
    } else {
      const about = { id, who, created_at: work.now, encryption };
      const stored = await insertInbound(work.sql, inboundRow(session, reported, about));
      if (!stored.isNew) return null;
      const { awaited } = stored;
      wasHumans = stored.isHumans;
      hasBursts = stored.hasBursts;
      mayAnswer = stored.mayAnswer;
      // The phone may leave out names when it sends a message again.
      if (awaited)
        inbound = { ...reported, fromName: reported.fromName ?? openAwaited(awaited, encryption).fromName };
    }
    rememberMet(work.sql, session.id, [{ mode: session.mode, who, chat_id: inbound.chatId }], work.now);
    if (person)
      saveOwnNames(work.sql, person.id, {
        ...{ name: inbound.fromName, username: inbound.username ?? null },
        is_business: inbound.isBusiness ?? false,
      });
    const { targetWireId } = inbound;
    const target = targetWireId ? await findByWireId(work.sql, session.id, targetWireId) : undefined;
    if (mayAnswer && inbound.kind === 'message' && !sentFromPhone) {
      const at = new Date(inbound.at);
      noteReply(work.sql, { sessionId: session.id, who, at, before: latestAnswered(at) });
    }
    const followed = await follow(work, session, inbound, origin, optOuts, wasHumans);
    if (!inbound.isAwaited) {
      const told = media && urlOf ? { ...inbound, media: { ...media, url: urlOf(id) } } : inbound;
      const event = inboundEvent(session, told, target, origin, followed.handledBy);
      const received = inChat(session, inbound, id, target, origin);
      work.tell([event]);
      if (hasBursts) collectBurst(work, received, event);
      history.received(work, received);
    }
    await followed.tell();
    return inbound.kind === 'message' && !inbound.isAwaited && !sentFromPhone ? { id, who } : null;
  });
}
