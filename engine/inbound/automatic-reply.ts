import { storeNewMessages } from '../changes/message-changes';
import { newMessageRow } from '../changes/new-message-row';
import { priorityRank, type Priority } from '../domain/messages/priority';
import type { Work } from '../events/transact';
import type { MessageRow } from '../store/tables/messages';
import type { SessionRow } from '../store/tables/sessions';

/** A text that the engine writes by itself: the confirmation of an opt-out, the reply to a call. */
export interface AutomaticReply {
  text: string;
  priority: Priority;
  link_preview: boolean;
}

/**
 * Queues an automatic reply. Nothing is written while a person has the chat, and what was queued is canceled if a person
 * takes it over before it goes.
 * @param from the linked number, with its phone as it is now
 * @param isHumans whether a person has the chat
 */
export function replyAutomatically(
  work: Work,
  from: Pick<SessionRow, 'id' | 'mode' | 'phone'>,
  to: Pick<MessageRow, 'who' | 'chat_id' | 'recipient'>,
  { text, priority, link_preview }: AutomaticReply,
  isHumans: boolean,
): void {
  if (isHumans) return;
  storeNewMessages(work, [
    newMessageRow({
      ...{ mode: from.mode, session_id: from.id, from_phone: from.phone },
      ...to,
      ...{ type: 'text', text, link_preview, priority: priorityRank(priority), cancel_on_takeover: true },
      ...{ due_at: work.now, created_at: work.now },
    }),
  ]);
}
