import { priorityRank } from '../domain/messages/priority';
import { parseRecipient } from '../domain/messages/recipient';
import { latestAnswered } from '../domain/people/answer-time';
import { wishIn, type AnswerWords } from '../domain/people/stop-words';
import type { Work } from '../events/transact';
import { storeNewMessages } from '../changes/message-changes';
import { newMessageRow } from '../changes/new-message-row';
import { addOptOut, findActiveSequences } from '../opt-outs/opt-outs';
import { stopWithPending } from '../sequences/stop-sequences';
import { lockAnswered } from '../store/tables/lane-messages';
import { deleteOptOuts, findOptOuts } from '../store/tables/opt-outs';
import type { MessageRow } from '../store/tables/messages';
import type { Who } from '../people/learn-names';
import { findAwaitingReply } from '../store/tables/sequences';
import { listSessions, type SessionRow } from '../store/tables/sessions';
import type { Inbound } from '../transport/transport';

/** The configured rules for opting out and back in. */
export interface OptOutRules extends AnswerWords {
  /** The reply to a person who opts out; null for none. */
  reply: string | null;
}

/**
 * Applies a person's message or vote: cancels the messages and stops the sequences that a reply should stop, and
 * applies a stop or start word. A reaction is not a reply, and a stop word in a group is not an opt-out.
 * @param writer who wrote it, or the group that it was written in.
 */
export async function applyReply(
  work: Work,
  session: SessionRow,
  inbound: Inbound,
  writer: Who,
  rules: OptOutRules,
): Promise<void> {
  if (inbound.kind !== 'message' && inbound.kind !== 'poll_vote') return;
  const { mode } = session;
  const wish = inbound.kind === 'message' && !inbound.isGroup ? wishIn(inbound.text, rules) : null;
  const sequences =
    wish === 'stop'
      ? await findActiveSequences(work, mode, writer.ids)
      : await findAwaitingReply(work.sql, session.id, writer.ids, latestAnswered(new Date(inbound.at)));
  // A vote ends sequences, but does not cancel single messages.
  const whos = inbound.kind === 'message' ? writer.ids : [];
  const pending = await lockAnswered(work.sql, session.id, whos, sequences);
  await stopWithPending(work, sequences, pending, 'stopped_by_reply');
  if (wish === 'start') await deleteOptOuts(work.sql, mode, writer.ids);
  if (wish === 'stop') await optOut(work, session, inbound, writer, rules.reply);
}

async function optOut(
  work: Work,
  session: SessionRow,
  inbound: Inbound,
  person: Who,
  reply: string | null,
): Promise<void> {
  const { mode } = session;
  if ((await findOptOuts(work.sql, mode, person.ids)).length > 0) return;
  const { to, chatId } = chatOfPerson(inbound);
  const isNew = await addOptOut(work, {
    mode,
    who: person.id,
    chat_id: chatId,
    recipient: to,
    source: 'reply',
    created_at: work.now,
  });
  if (isNew && reply !== null)
    await confirm(work, session, { who: person.id, chat_id: inbound.chatId, recipient: to }, reply);
}

/** Queues the confirmation of an opt-out. It is sent even though the recipient has opted out. */
async function confirm(
  work: Work,
  session: SessionRow,
  to: Pick<MessageRow, 'who' | 'chat_id' | 'recipient'>,
  text: string,
): Promise<void> {
  // The number may have been linked after the lane was opened.
  const now = (await listSessions(work.sql, session.mode)).find(({ id }) => id === session.id);
  const row = newMessageRow({
    mode: session.mode,
    session_id: session.id,
    from_phone: now?.phone ?? session.phone,
    ...to,
    type: 'text',
    text,
    link_preview: false,
    priority: priorityRank('high'),
    due_at: work.now,
    created_at: work.now,
  });
  storeNewMessages(work, [row]);
}

/** The sender, by phone number if it is known. */
function chatOfPerson({ from, chatId }: Inbound): { to: string; chatId: string } {
  const parsed = parseRecipient(from ?? chatId);
  return parsed.ok ? parsed : { to: chatId, chatId };
}
