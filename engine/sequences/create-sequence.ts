import { newId } from '../domain/ids';
import type { Mode } from '../domain/mode';
import { priorityRank } from '../domain/messages/priority';
import { firstDueAt } from '../domain/messages/send-decision';
import { isTimeZone } from '../domain/time/time-zone';
import { invalidRequest, type ErrorDetail } from '../errors';
import type { Work } from '../events/transact';
import { messageEvent } from '../changes/message-changes';
import { keepMedia } from '../messages/message-media';
import { Faults, readRecipient, readTimes } from '../messages/message-rules';
import { newMessageRow } from '../changes/new-message-row';
import { senderChooser } from '../sessions/resolve-sender';
import { insertMessages, type MessageRow } from '../store/tables/messages';
import { findOptedOut } from '../store/tables/opt-outs';
import { insertSequence, type SequenceRow } from '../store/tables/sequences';
import { readSteps } from './read-steps';
import type { CreateSequence } from './sequence-schema';

export interface SequenceRules {
  allowPrivateMedia: boolean;
  /** IANA name, for a sequence that names none. */
  timezone: string;
}

/**
 * Starts a sequence: all its steps become messages in the transaction of `work`, or none does.
 * @returns it, and its messages step by step.
 * @throws EngineError `invalid_request` with every fault of every step; with 422 for somebody who has opted out; or
 *   what choosing the sender throws.
 */
export async function createSequence(
  work: Work,
  mode: Mode,
  input: CreateSequence,
  rules: SequenceRules,
): Promise<{ row: SequenceRow; messages: MessageRow[] }> {
  const details: ErrorDetail[] = [];
  const faults = new Faults(details);
  const recipient = readRecipient(input.to, faults);
  const timezone = readTimezone(input.timezone, rules.timezone, faults);
  readTimes({ send_window: input.send_window }, work.now.getTime(), faults);
  const steps = readSteps(input.steps, work.now.getTime(), timezone, rules.allowPrivateMedia, details);
  if (!recipient || details.length > 0) throw invalidRequest(details);
  const session = (await senderChooser(work.sql, mode))(input.from);
  await refuseOptedOut(work, mode, recipient.chatId);

  const row: SequenceRow = {
    id: newId('sequence'),
    mode,
    session_id: session.id,
    from_phone: session.phone,
    recipient: recipient.to,
    chat_id: recipient.chatId,
    reference: input.reference ?? null,
    timezone,
    stop_on_reply: input.stop_on_reply,
    step_count: steps.length,
    status: 'active',
    created_at: work.now,
    ended_at: null,
  };
  const sendWindow = input.send_window ?? null;
  // Made in the order of their moments, since messages to one chat that come due together go in the order of their ids.
  const byTime = [...steps].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  const messages = byTime.map(({ number, at, content }) =>
    newMessageRow({
      mode,
      session_id: session.id,
      from_phone: session.phone,
      recipient: recipient.to,
      chat_id: recipient.chatId,
      ...content.fields,
      reference: row.reference,
      priority: priorityRank('normal'),
      send_window: sendWindow,
      sequence_id: row.id,
      step: number,
      send_at: at === null ? null : new Date(at),
      due_at: new Date(firstDueAt({ sendAt: at, sendWindow, expiresAt: null }, work.now.getTime())),
      created_at: work.now,
    }),
  );
  insertSequence(work.sql, row);
  for (const { content } of steps) if (content.media) keepMedia(work.sql, content.media, work.now);
  insertMessages(work.sql, messages);
  work.tell(
    messages
      .filter(({ status }) => status === 'queued')
      .map((message) => messageEvent('message.queued', message)),
  );
  for (const { due_at: due } of messages) work.wake(session.id, due.getTime());
  return { row, messages: messages.sort((a, b) => (a.step ?? 0) - (b.step ?? 0)) };
}

function readTimezone(given: string | undefined, usual: string, faults: Faults): string {
  if (given !== undefined && !isTimeZone(given))
    faults.add(
      'timezone',
      'unknown_timezone',
      'is not a time zone that is known; use an IANA name such as Europe/Rome',
    );
  // The machine's own zone may have no name that is known: UTC is what its clock shows then.
  return [given, usual].find((name) => name !== undefined && isTimeZone(name)) ?? 'UTC';
}

async function refuseOptedOut(work: Work, mode: Mode, chatId: string): Promise<void> {
  if (!(await findOptedOut(work.sql, mode, [chatId])).has(chatId)) return;
  const message =
    'has opted out of sequences and campaigns; send single messages, or remove the opt-out if the person agrees';
  throw invalidRequest([{ path: 'to', code: 'recipient_opted_out', message }], 422);
}
