import type { Mode } from '../domain/mode';
import { priorityRank } from '../domain/messages/priority';
import { firstDueAt } from '../domain/messages/send-decision';
import { EngineError, invalidRequest, type ErrorDetail } from '../errors';
import type { Work } from '../events/transact';
import type { KnownSender, KnownSenders } from '../sessions/known-senders';
import type { SenderChooser } from '../sessions/resolve-sender';
import { insertMessages, type MessageRow } from '../store/tables/messages';
import { messageEvent } from '../changes/message-changes';
import { keepMedia, type ReadMedia } from './message-media';
import { checkLinksToOthers, Faults, readRecipient, readTimes } from './message-rules';
import type { CreateMessage } from './message-schema';
import { readNewContent } from './new-content';
import { newMessageRow } from '../changes/new-message-row';

interface NewMessage {
  row: MessageRow;
  media: ReadMedia | null;
}

/**
 * Creates messages, all or none, in the transaction of `work`. Each has its wire id from here on.
 * @param where path of the i-th message in the body, for the faults: `''` or `messages.17.`.
 * @throws EngineError `invalid_request` with every fault of every message, or what choosing the sender throws.
 */
export async function createMessages(
  work: Work,
  mode: Mode,
  inputs: CreateMessage[],
  options: { senders: KnownSenders; allowPrivateMedia: boolean; where?: (index: number) => string },
): Promise<MessageRow[]> {
  const chooseSender = await options.senders.chooser(work.sql, mode);
  const details: ErrorDetail[] = [];
  const created = inputs.map((input, index) => {
    const faults = new Faults(details, options.where?.(index));
    return readMessage(input, mode, work.now, chooseSender, options.allowPrivateMedia, faults);
  });
  if (details.length > 0) throw refusal(details);
  const messages = created.filter((message) => message !== null);
  for (const { media } of messages) if (media) keepMedia(work.sql, media, work.now);
  const rows = messages.map((message) => message.row);
  insertMessages(work.sql, rows);
  work.tell(rows.filter((row) => row.status === 'queued').map((row) => messageEvent('message.queued', row)));
  for (const row of rows) work.wake(row.session_id, row.due_at.getTime());
  return rows;
}

function readMessage(
  input: CreateMessage,
  mode: Mode,
  now: Date,
  chooseSender: SenderChooser<KnownSender>,
  allowPrivateMedia: boolean,
  faults: Faults,
): NewMessage | null {
  const before = faults.details.length;
  const recipient = readRecipient(input.to, faults);
  const times = readTimes(input, now.getTime(), faults);
  checkLinksToOthers(input, faults);
  const content = readNewContent(input, allowPrivateMedia, faults);
  const session = sender(input.from, chooseSender, faults);
  if (!recipient || !session || faults.details.length > before) return null;
  const due = firstDueAt(
    {
      sendAt: times.sendAt?.getTime() ?? null,
      sendWindow: input.send_window ?? null,
      expiresAt: times.expiresAt?.getTime() ?? null,
    },
    now.getTime(),
  );
  const row = newMessageRow({
    mode,
    session_id: session.id,
    from_phone: session.phone,
    recipient: recipient.to,
    chat_id: recipient.chatId,
    ...content.fields,
    reply_to: input.reply_to ?? null,
    mentions: input.mentions ?? null,
    reference: input.reference ?? null,
    priority: priorityRank(input.priority),
    send_window: input.send_window ?? null,
    cancel_on_reply: input.cancel_on_reply,
    send_at: times.sendAt,
    due_at: new Date(due),
    expires_at: times.expiresAt,
    created_at: now,
  });
  return { row, media: content.media };
}

/** A `from` that is not linked is one field's fault; no number at all is everybody's, and thrown at once. */
function sender(from: string | undefined, choose: SenderChooser<KnownSender>, faults: Faults) {
  try {
    return choose(from);
  } catch (error) {
    const detail = error instanceof EngineError && error.options.details?.[0];
    if (!detail) throw error;
    faults.add(detail.path, detail.code, detail.message);
    return null;
  }
}

/** Well-formed, and only the sender is not to be had: that has a code of its own. */
function refusal(details: ErrorDetail[]): EngineError {
  const [first] = details;
  if (first && details.every((detail) => detail.code === 'from_not_linked')) {
    return new EngineError('from_not_linked', `${first.path}: ${first.message}`, { details });
  }
  return invalidRequest(details);
}
