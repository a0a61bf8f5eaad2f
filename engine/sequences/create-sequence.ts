import { newId } from '../domain/ids';
import type { Mode } from '../domain/mode';
import { parseRecipient } from '../domain/messages/recipient';
import { priorityRank } from '../domain/messages/priority';
import { firstDueAt } from '../domain/messages/send-decision';
import { isTimeZone } from '../domain/time/time-zone';
import { momentOf } from '../domain/time/step-times';
import { Faults, invalidRequest } from '../errors';
import type { Work } from '../events/transact';
import { storeNewMessages } from '../changes/message-changes';
import { findHeldByHumans } from '../changes/held-by-humans';
import { readNewContent, storeBytes, type NewContent } from '../messages/message-content';
import { refuseTakenOver } from '../messages/refuse-taken-over';
import { readTimes } from '../domain/time/read-times';
import { newMessageRow } from '../changes/new-message-row';
import { readSender, senderChooser } from '../sessions/senders';
import type { Sql } from '../store/sql/database';
import type { MessageRow } from '../store/tables/messages';
import { findOptedOut } from '../store/tables/opt-outs';
import { findWhoForNew } from '../store/tables/person-names';
import { insertSequence, type SequenceRow } from '../store/tables/sequences';
import type { CreateSequence, CreateStep } from './sequence-schema';

export interface SequenceRules {
  allowPrivateMedia: boolean;
  /** IANA name; for a sequence without one. */
  timezone: string;
}

/** A valid step. */
interface ReadStep {
  /** From 1. */
  number: number;
  /** Epoch ms; null: at once. */
  at: number | null;
  content: NewContent;
}

/**
 * Starts a sequence: all its steps become messages in the transaction of `work`, or none do.
 * @returns the sequence, and its messages in the order of the steps.
 * @throws EngineError `invalid_request` with every fault of every step, or with 422 for a person who has opted out;
 *   `conflict` if the sequence would be canceled at once, because a person has the chat; or an error of the sender chooser.
 */
export async function createSequence(
  work: Work,
  mode: Mode,
  input: CreateSequence,
  rules: SequenceRules,
): Promise<{ row: SequenceRow; messages: MessageRow[] }> {
  const { recipient, timezone, steps, session } = await readSequence(
    work.sql,
    mode,
    input,
    work.now.getTime(),
    rules,
  );
  const who = (await findWhoForNew(work.sql, mode, [recipient.chatId]))(recipient.chatId);
  await refuseOptedOut(work, mode, who);
  const { only_while_bot, cancel_on_takeover } = input;
  await refuseTakenOver(work.sql, [{ who, session_id: session.id, cancel_on_takeover }], work.now);

  const row: SequenceRow = {
    id: newId('sequence'),
    mode,
    session_id: session.id,
    from_phone: session.phone,
    recipient: recipient.to,
    chat_id: recipient.chatId,
    who,
    reference: input.reference ?? null,
    timezone,
    stop_on_reply: input.stop_on_reply,
    step_count: steps.length,
    status: 'active',
    created_at: work.now,
    ended_at: null,
    erased_at: null,
  };
  const sendWindow = input.send_window ?? null;
  // In the order of their times: messages to one chat that are due together are sent in the order of their ids.
  const byTime = [...steps].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  const messages = byTime.map(({ number, at, content }) =>
    newMessageRow({
      mode,
      session_id: session.id,
      from_phone: session.phone,
      recipient: recipient.to,
      chat_id: recipient.chatId,
      who,
      ...content.fields,
      reference: row.reference,
      priority: priorityRank('normal'),
      ...{ only_while_bot, cancel_on_takeover },
      send_window: sendWindow,
      sequence_id: row.id,
      step: number,
      send_at: at === null ? null : new Date(at),
      due_at: new Date(firstDueAt({ sendAt: at, sendWindow, expiresAt: null }, work.now.getTime())),
      created_at: work.now,
    }),
  );
  insertSequence(work.sql, row);
  for (const { content } of steps) if (content.media) storeBytes(work.sql, content.media, work.now);
  storeNewMessages(work, messages, await findHeldByHumans(work.sql, messages, work.now));
  return { row, messages: messages.sort((a, b) => (a.step ?? 0) - (b.step ?? 0)) };
}

/**
 * Reads a new sequence, and stores nothing.
 * @param now epoch ms
 * @throws EngineError as `createSequence`, but for an opt-out
 */
export async function readSequence(
  sql: Sql,
  mode: Mode,
  input: CreateSequence,
  now: number,
  rules: SequenceRules,
) {
  const faults = new Faults();
  const recipient = faults.read('to', parseRecipient(input.to));
  const timezone = readTimezone(input.timezone, rules.timezone, faults);
  readTimes({ send_window: input.send_window }, now, faults);
  const steps = readSteps(input.steps, now, timezone, rules.allowPrivateMedia, faults);
  const session = readSender(input.from, await senderChooser(sql, mode), faults);
  if (!recipient || !session || faults.details.length > 0) throw invalidRequest(faults.details);
  return { recipient, timezone, steps, session };
}

/** Reads the steps of a sequence that starts at `start` (epoch ms), and notes their faults, such as `steps.3.text`. */
function readSteps(
  steps: CreateStep[],
  start: number,
  timezone: string,
  allowPrivateMedia: boolean,
  faults: Faults,
): ReadStep[] {
  return steps.flatMap((step, index) => {
    const own = faults.within(`steps.${index}`);
    const content = readNewContent(step, allowPrivateMedia, own);
    // A step without a time is sent immediately. If it is not the first step, the time was probably forgotten.
    if (index > 0 && step.after === undefined && step.at === undefined && step.local_time === undefined) {
      const message =
        'is required from the second step on, unless the step has at or local_time. Use P3D for three days after the start.';
      own.add('after', 'required', message);
    }
    const moment = momentOf(step, start, timezone);
    if (moment.ok) return [{ number: index + 1, at: moment.at, content }];
    own.add(moment.path, moment.code, moment.message);
    return [];
  });
}

function readTimezone(given: string | undefined, fallback: string, faults: Faults): string {
  if (given !== undefined && !isTimeZone(given)) {
    const message = 'is not a known time zone. Use an IANA name such as Europe/Rome.';
    faults.add('timezone', 'unknown_timezone', message);
  }
  // The machine's own zone may have no known name. Its clock then shows UTC.
  return [given, fallback].find((name) => name !== undefined && isTimeZone(name)) ?? 'UTC';
}

async function refuseOptedOut(work: Work, mode: Mode, who: string): Promise<void> {
  if (!(await findOptedOut(work.sql, mode, [who])).has(who)) return;
  const message =
    'has opted out of sequences and campaigns. Send single messages, or remove the opt-out if the person agrees.';
  throw invalidRequest([{ path: 'to', code: 'recipient_opted_out', message }], 422);
}
