import { storeNewMessages } from '../changes/message-changes';
import { newMessageRow } from '../changes/new-message-row';
import { priorityRank } from '../domain/messages/priority';
import { parseRecipient, type ParsedRecipient } from '../domain/messages/recipient';
import { firstDueAt } from '../domain/messages/send-decision';
import { parseWireKey } from '../domain/messages/wire-key';
import type { Mode } from '../domain/mode';
import { EngineError, Faults, invalidRequest, sentenceOf, type ErrorDetail } from '../errors';
import type { Work } from '../events/transact';
import type { KnownSender, KnownSenders, SenderChooser } from '../sessions/senders';
import type { MessageRow } from '../store/tables/messages';
import { findWhoForNew } from '../store/tables/person-names';
import { readNewContent, storeBytes, type ReadMedia } from './message-content';
import type { CreateMessage } from './message-schema';
import { readTimes } from '../domain/time/read-times';

interface NewMessage {
  row: MessageRow;
  media: ReadMedia | null;
}

/**
 * Creates messages, all or none, in the transaction of `work`.
 * @param pathOf the i-th message's path in the body, for its faults; absent if the body is the message.
 * @throws EngineError `invalid_request` with every fault of every message, or an error of the sender chooser.
 */
export async function createMessages(
  work: Work,
  mode: Mode,
  inputs: CreateMessage[],
  options: { senders: KnownSenders; allowPrivateMedia: boolean; pathOf?: (index: number) => string },
): Promise<MessageRow[]> {
  const chooseSender = await options.senders.chooser(work.sql, mode);
  const faults = new Faults();
  const recipients = inputs.map(({ to }) => parseRecipient(to));
  const chatIds = recipients.flatMap((recipient) => (recipient.ok ? recipient.chatId : []));
  const terms = { mode, now: work.now, chooseSender, whoIs: await findWhoForNew(work.sql, mode, chatIds) };
  const created = inputs.map((input, index) => {
    const own = faults.within(options.pathOf?.(index) ?? '');
    return readMessage(input, recipients[index]!, { ...terms, ...options }, own);
  });
  if (faults.details.length > 0) throw refusal(faults.details);
  const messages = created.filter((message) => message !== null);
  for (const { media } of messages) if (media) storeBytes(work.sql, media, work.now);
  const rows = messages.map((message) => message.row);
  storeNewMessages(work, rows);
  return rows;
}

/** What all messages of a request share. */
interface Terms {
  mode: Mode;
  now: Date;
  chooseSender: SenderChooser<KnownSender>;
  whoIs: (chatId: string) => string;
  allowPrivateMedia: boolean;
}

function readMessage(
  input: CreateMessage,
  to: ParsedRecipient,
  { mode, now, chooseSender, whoIs, allowPrivateMedia }: Terms,
  faults: Faults,
): NewMessage | null {
  const before = faults.details.length;
  const recipient = faults.read('to', to);
  const times = readTimes(input, now.getTime(), faults);
  if (input.reply_to !== undefined) faults.read('reply_to', parseWireKey(input.reply_to));
  checkMentions(input.mentions, faults);
  const content = readNewContent(input, allowPrivateMedia, faults);
  const session = readSender(input.from, chooseSender, faults);
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
    who: whoIs(recipient.chatId),
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

function checkMentions(mentions: CreateMessage['mentions'], faults: Faults): void {
  if (!mentions) return;
  const { ids, displays } = mentions;
  ids.forEach((id, index) => faults.read(`mentions.ids.${index}`, parseRecipient(id)));
  if (!displays || displays.length === ids.length) return;
  const message = `must have as many entries as ids, which has ${ids.length}.`;
  faults.add('mentions.displays', 'wrong_length', message);
}

/** An unlinked `from` is a fault of that message only. Having no linked number at all fails the whole request. */
function readSender(from: string | undefined, choose: SenderChooser<KnownSender>, faults: Faults) {
  try {
    return choose(from);
  } catch (error) {
    const [detail] = (error instanceof EngineError && error.options.details) || [];
    if (!detail) throw error;
    faults.note('', detail);
    return null;
  }
}

/** If unlinked numbers are the only fault, the error has its own code. */
function refusal(details: ErrorDetail[]): EngineError {
  const [first] = details;
  if (first && details.every((detail) => detail.code === 'from_not_linked')) {
    return new EngineError('from_not_linked', sentenceOf(first), { details });
  }
  return invalidRequest(details);
}
