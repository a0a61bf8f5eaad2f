import { storeNewMessages } from '../changes/message-changes';
import { findWaitingFor } from '../changes/waiting-for';
import { newMessageRow, type NewMessageFields } from '../changes/new-message-row';
import { priorityRank } from '../domain/messages/priority';
import { parseDestination, parseRecipient } from '../domain/messages/recipient';
import { firstDueAt } from '../domain/messages/send-decision';
import { statusFaults } from '../domain/messages/status-post';
import { parseWireKey } from '../domain/messages/wire-key';
import type { Mode } from '../domain/mode';
import { Faults } from '../errors';
import type { Work } from '../events/transact';
import { readSender, type KnownSender, type KnownSenders, type SenderChooser } from '../sessions/senders';
import type { Sql } from '../store/sql/database';
import { holdAudiences } from '../store/tables/audiences';
import type { MessageRow } from '../store/tables/messages';
import { findWhoForNew } from '../store/tables/person-names';
import { readNewContent, storeBytes, type ReadMedia } from './message-content';
import { refuseTakenOver } from './refuse-taken-over';
import type { CreateMessage } from './message-schema';
import { readTimes } from '../domain/time/read-times';

interface NewMessage {
  /** Its row, but for who the recipient is. */
  fields: Omit<NewMessageFields, 'who'>;
  media: ReadMedia | null;
}

export interface CreateOptions {
  senders: KnownSenders;
  allowPrivateMedia: boolean;
  /** The i-th message's path in the body, for its faults; absent if the body is the message. */
  pathOf?: (index: number) => string;
}

/**
 * Creates messages, all or none, in the transaction of `work`.
 * @throws EngineError `invalid_request` with every fault of every message, `conflict` if a person has a chat and its message
 * would be canceled, or an error of the sender chooser.
 */
export async function createMessages(
  work: Work,
  mode: Mode,
  inputs: CreateMessage[],
  options: CreateOptions,
): Promise<MessageRow[]> {
  const messages = await readMessages(work.sql, mode, inputs, work.now, options);
  const chatIds = messages.map(({ fields }) => fields.chat_id);
  const whoIs = await findWhoForNew(work.sql, mode, chatIds);
  const rows = messages.map(({ fields }) => newMessageRow({ ...fields, who: whoIs(fields.chat_id) }));
  await refuseTakenOver(work.sql, rows, work.now, options.pathOf);
  for (const { media } of messages) if (media) storeBytes(work.sql, media, work.now);
  storeNewMessages(work, rows, await findWaitingFor(work.sql, rows, work.now));
  return rows;
}

/** Reads new messages, and stores nothing. @throws as `createMessages` */
export async function readMessages(
  sql: Sql,
  mode: Mode,
  inputs: CreateMessage[],
  now: Date,
  { senders, allowPrivateMedia, pathOf }: CreateOptions,
): Promise<NewMessage[]> {
  const chooseSender = await senders.chooser(sql, mode);
  const faults = new Faults();
  const named = inputs.flatMap(({ audience_id: id }) => id ?? []);
  const audiences = new Set(named.length > 0 ? await holdAudiences(sql, mode, named) : []);
  const terms = { mode, now, chooseSender, allowPrivateMedia, audiences };
  const messages = inputs.map((input, index) =>
    readMessage(input, terms, faults.within(pathOf?.(index) ?? '')),
  );
  faults.throwIfAny();
  return messages.filter((message) => message !== null);
}

/** What all messages of a request share. */
interface Terms {
  mode: Mode;
  now: Date;
  chooseSender: SenderChooser<KnownSender>;
  allowPrivateMedia: boolean;
  /** Those of the ids in the request that are audiences. */
  audiences: ReadonlySet<string>;
}

function readMessage(
  input: CreateMessage,
  { mode, now, chooseSender, allowPrivateMedia, audiences }: Terms,
  faults: Faults,
): NewMessage | null {
  const before = faults.details.length;
  const recipient = faults.read('to', parseDestination(input.to));
  for (const { path, code, message } of statusFaults(input)) faults.add(path, code, message);
  if (input.audience_id !== undefined && !audiences.has(input.audience_id)) {
    const message = `is ${input.audience_id}, which is not an audience of this key. Use the id of one.`;
    faults.add('audience_id', 'not_found', message);
  }
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
  const fields = {
    mode,
    session_id: session.id,
    from_phone: session.phone,
    recipient: recipient.to,
    chat_id: recipient.chatId,
    ...content.fields,
    reply_to: input.reply_to ?? null,
    mentions: input.mentions ?? null,
    reference: input.reference ?? null,
    typing_seconds: input.typing_seconds ?? null,
    audience_id: input.audience_id ?? null,
    priority: priorityRank(input.priority),
    send_window: input.send_window ?? null,
    cancel_on_reply: input.cancel_on_reply,
    only_while_bot: input.only_while_bot,
    cancel_on_takeover: input.cancel_on_takeover,
    send_at: times.sendAt,
    due_at: new Date(due),
    expires_at: times.expiresAt,
    created_at: now,
  };
  return { fields, media: content.media };
}

function checkMentions(mentions: CreateMessage['mentions'], faults: Faults): void {
  if (!mentions) return;
  const { ids, displays } = mentions;
  ids.forEach((id, index) => faults.read(`mentions.ids.${index}`, parseRecipient(id)));
  if (!displays || displays.length === ids.length) return;
  const message = `must have as many entries as ids, which has ${ids.length}.`;
  faults.add('mentions.displays', 'wrong_length', message);
}
