import { newId } from '../domain/ids';
import type { Mode } from '../domain/mode';
import { invalidRequest } from '../errors';
import type { Work } from '../events/transact';
import { NOTHING_PLANNED } from '../changes/recurrence-changes';
import { storeBytes } from '../messages/message-content';
import { refuseTakenOver } from '../messages/refuse-taken-over';
import { holdAudiences } from '../store/tables/audiences';
import { findOptedOut } from '../store/tables/opt-outs';
import { findWhoForNew } from '../store/tables/person-names';
import { insertRecurrence, type RecurrenceRow } from '../store/tables/recurrences';
import { planNext } from './plan-next';
import { columnsOf, readRecurrence, type RecurrenceRules } from './read-recurrence';
import type { CreateRecurrence } from './recurrence-schema';

/**
 * Creates a recurrence with the message or campaign of its next occurrence, in the transaction of `work`.
 * @throws EngineError `invalid_request` with every fault, or with 422 for a person who has opted out; `conflict` if the
 *   message would be canceled at once, because a person has the chat; or an error of the sender chooser.
 */
export async function createRecurrence(
  work: Work,
  mode: Mode,
  input: CreateRecurrence,
  rules: RecurrenceRules,
): Promise<RecurrenceRow> {
  const { recipient, series, content, session } = await readRecurrence(
    work.sql,
    mode,
    input,
    work.now,
    rules,
  );
  const who = recipient && (await findWhoForNew(work.sql, mode, [recipient.chatId]))(recipient.chatId);
  const { only_while_bot, cancel_on_takeover } = input;
  if (who !== null) {
    await refuseOptedOut(work, mode, who);
    await refuseTakenOver(work.sql, [{ who, session_id: session.id, cancel_on_takeover }], work.now);
  }
  if (input.audience_id !== undefined) await holdAudiences(work.sql, mode, [input.audience_id]);
  const row: RecurrenceRow = {
    id: newId('recurrence'),
    mode,
    session_id: session.id,
    from_phone: session.phone,
    session_removed: false,
    recipient: recipient?.to ?? null,
    chat_id: recipient?.chatId ?? null,
    who,
    audience_id: input.audience_id ?? null,
    type: input.type,
    text: content.fields.text ?? null,
    media: content.fields.media ?? null,
    poll: content.fields.poll ?? null,
    link_preview: content.fields.link_preview ?? null,
    on_missing_variable: input.on_missing_variable,
    reference: input.reference ?? null,
    send_window: input.send_window ?? null,
    until_reply: input.until_reply,
    only_while_bot,
    cancel_on_takeover,
    ...columnsOf(series),
    status: 'active',
    missed: 0,
    passed_at: work.now,
    ...NOTHING_PLANNED,
    created_at: work.now,
    ended_at: null,
    ended_reason: null,
    erased_at: null,
  };
  if (content.media) storeBytes(work.sql, content.media, work.now);
  const next = await planNext(work, row, work.now.getTime());
  insertRecurrence(work.sql, next.row);
  return next.row;
}

async function refuseOptedOut(work: Work, mode: Mode, who: string): Promise<void> {
  if (!(await findOptedOut(work.sql, mode, [who])).has(who)) return;
  const message =
    'has opted out of recurring messages. Send single messages, or remove the opt-out if the person agrees.';
  throw invalidRequest([{ path: 'to', code: 'recipient_opted_out', message }], 422);
}
