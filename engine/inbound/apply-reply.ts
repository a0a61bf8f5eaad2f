import { parseRecipient } from '../domain/messages/recipient';
import { latestAnswered } from '../domain/people/answer-time';
import { wishIn, type AnswerWords } from '../domain/people/stop-words';
import type { Work } from '../events/transact';
import { endRecurrences } from '../changes/recurrence-changes';
import { addOptOut } from '../opt-outs/opt-outs';
import { stopWithPending } from '../sequences/stop-sequences';
import { lockAnswered } from '../store/tables/lane-messages';
import { deleteOptOuts, findOptOuts } from '../store/tables/opt-outs';
import type { Who } from '../people/learn-names';
import { findAwaitingReply, findOngoing } from '../store/tables/ongoing';
import { lockLive } from '../store/tables/recurrences';
import { listSessions, type SessionRow } from '../store/tables/sessions';
import type { Inbound } from '../transport/transport';
import { replyAutomatically } from './automatic-reply';

/** The configured rules for opting out and back in. */
export interface OptOutRules extends AnswerWords {
  /** The reply to a person who opts out; null for none. */
  reply: string | null;
}

type Confirmed = Parameters<typeof replyAutomatically>[2];

/**
 * Applies a person's message or vote: cancels the messages and stops the sequences and recurrences that a reply should
 * stop, and applies a stop or start word. A reaction is not a reply, and a stop word in a group is not an opt-out.
 * @param writer who wrote it, or the group that it was written in.
 * @param isHumans whether a person has the chat
 */
export async function applyReply(
  work: Work,
  session: SessionRow,
  inbound: Inbound,
  writer: Who,
  rules: OptOutRules,
  isHumans: boolean,
): Promise<void> {
  if (inbound.kind !== 'message' && inbound.kind !== 'poll_vote') return;
  const { mode } = session;
  const wish = inbound.kind === 'message' && !inbound.isGroup ? wishIn(inbound.text, rules) : null;
  const ongoing =
    wish === 'stop'
      ? await findOngoing(work.sql, mode, writer.ids)
      : await findAwaitingReply(work.sql, session.id, writer.ids, latestAnswered(new Date(inbound.at)));
  const recurrences = await lockLive(work.sql, ongoing.recurrences);
  // A vote ends sequences and recurrences, but does not cancel single messages.
  const whos = inbound.kind === 'message' ? writer.ids : [];
  const pending = await lockAnswered(work.sql, session.id, whos, ongoing);
  await stopWithPending(work, ongoing.sequences, pending, 'stopped_by_reply');
  endRecurrences(work, recurrences, 'stopped_by_reply', null);
  if (wish === 'start') await deleteOptOuts(work.sql, mode, writer.ids);
  if (wish !== 'stop') return;
  const chat = await optOut(work, session, inbound, writer);
  if (chat && rules.reply !== null) await confirm(work, session, chat, rules.reply, isHumans);
}

/** @returns where to confirm it; null if the person has opted out before */
async function optOut(
  work: Work,
  session: SessionRow,
  inbound: Inbound,
  person: Who,
): Promise<Confirmed | null> {
  const { mode } = session;
  if ((await findOptOuts(work.sql, mode, person.ids)).length > 0) return null;
  const { to, chatId } = chatOfPerson(inbound);
  const isNew = await addOptOut(work, {
    mode,
    who: person.id,
    chat_id: chatId,
    recipient: to,
    source: 'reply',
    created_at: work.now,
  });
  return isNew ? { who: person.id, chat_id: inbound.chatId, recipient: to } : null;
}

/** Queues the confirmation of an opt-out. It is sent even though the recipient has opted out. */
async function confirm(
  work: Work,
  session: SessionRow,
  to: Confirmed,
  text: string,
  isHumans: boolean,
): Promise<void> {
  // The number may have been linked after the lane was opened.
  const now = (await listSessions(work.sql, session.mode)).find(({ id }) => id === session.id);
  const reply = { text, priority: 'high', link_preview: false } as const;
  replyAutomatically(work, { ...session, phone: now?.phone ?? session.phone }, to, reply, isHumans);
}

/** The sender, by phone number if it is known. */
function chatOfPerson({ from, chatId }: Inbound): { to: string; chatId: string } {
  const parsed = parseRecipient(from ?? chatId);
  return parsed.ok ? parsed : { to: chatId, chatId };
}
