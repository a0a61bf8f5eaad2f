import { storeNewMessages } from '../changes/message-changes';
import { findHeldByHumans } from '../changes/held-by-humans';
import { newMessageRow, type NewMessageFields } from '../changes/new-message-row';
import type { MediaKind, MessageType } from '../domain/messages/message-content';
import { isPending } from '../domain/messages/message-status';
import { priorityRank } from '../domain/messages/priority';
import { parseDestination, parseRecipient } from '../domain/messages/recipient';
import { firstDueAt } from '../domain/messages/send-decision';
import { MOST_VIEWERS, statusFaults, type StatusInput } from '../domain/messages/status-post';
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
  return storeMessages(work, mode, await readMessages(work.sql, mode, inputs, work.now, options), options);
}

/** Everything that a new message has besides its content. */
export type MessageTerms = Omit<
  CreateMessage,
  'type' | 'text' | 'link_preview' | 'media' | 'poll' | 'location' | 'contact'
>;

/** The content of a message, as columns of its row. */
export type GivenContent = { type: MessageType } & Partial<
  Pick<MessageRow, 'text' | 'media' | 'poll' | 'location' | 'contact' | 'link_preview' | 'forward_of'>
>;

/** Creates a message whose content does not come in the request. @throws as `createMessages` */
export async function createFromContent(
  work: Work,
  mode: Mode,
  terms: MessageTerms,
  content: GivenContent,
  options: CreateOptions,
): Promise<MessageRow> {
  const shape = {
    type: content.type,
    media: { kind: (content.media?.kind ?? undefined) as MediaKind | undefined },
  };
  const read = await readAll(work.sql, mode, [{ ...terms, ...shape }], work.now, options, () => ({
    fields: content,
    media: null,
  }));
  const [row] = await storeMessages(work, mode, read, options);
  return row!;
}

/** Checks new messages without their content. @throws EngineError `invalid_request`, or an error of the sender chooser */
export async function checkTerms(
  sql: Sql,
  mode: Mode,
  terms: MessageTerms,
  now: Date,
  options: CreateOptions,
): Promise<void> {
  const text = { ...terms, type: 'text' as const };
  await readAll(sql, mode, [text], now, options, () => ({ fields: { type: 'text' }, media: null }));
}

async function storeMessages(
  work: Work,
  mode: Mode,
  messages: NewMessage[],
  { pathOf }: CreateOptions,
): Promise<MessageRow[]> {
  const chatIds = messages.map(({ fields }) => fields.chat_id);
  const whoIs = await findWhoForNew(work.sql, mode, chatIds);
  const rows = messages.map(({ fields }) => newMessageRow({ ...fields, who: whoIs(fields.chat_id) }));
  // One that is skipped is canceled in any case.
  const pending = rows.map((row) => (isPending(row.status) ? row : { ...row, cancel_on_takeover: false }));
  await refuseTakenOver(work.sql, pending, work.now, pathOf);
  for (const { media } of messages) if (media) storeBytes(work.sql, media, work.now);
  storeNewMessages(work, rows, await findHeldByHumans(work.sql, rows, work.now));
  return rows;
}

/** Reads new messages, and stores nothing. @throws as `createMessages` */
export function readMessages(
  sql: Sql,
  mode: Mode,
  inputs: CreateMessage[],
  now: Date,
  options: CreateOptions,
): Promise<NewMessage[]> {
  const { allowPrivateMedia } = options;
  return readAll(sql, mode, inputs, now, options, (input, faults) =>
    readNewContent(input, allowPrivateMedia, faults),
  );
}

/** What kind of message it is, as far as that decides what goes with it. */
type Shape = Pick<StatusInput, 'type' | 'media'>;

async function readAll<Input extends MessageTerms & Shape>(
  sql: Sql,
  mode: Mode,
  inputs: Input[],
  now: Date,
  { senders, pathOf }: CreateOptions,
  contentOf: (input: Input, faults: Faults) => Content,
): Promise<NewMessage[]> {
  const chooseSender = await senders.chooser(sql, mode);
  const faults = new Faults();
  const named = inputs.flatMap(({ audience_id: id }) => id ?? []);
  const held = named.length > 0 ? await holdAudiences(sql, mode, named) : [];
  const audiences = new Map(held.map(({ id, contact_count: count }) => [id, count]));
  const shared = { mode, now, chooseSender, audiences };
  const messages = inputs.map((input, index) => {
    const own = faults.within(pathOf?.(index) ?? '');
    return readMessage(input, shared, () => contentOf(input, own), own);
  });
  faults.throwIfAny();
  return messages.filter((message) => message !== null);
}

interface Content {
  fields: GivenContent;
  media: ReadMedia | null;
}

/** What all messages of a request share. */
interface Shared {
  mode: Mode;
  now: Date;
  chooseSender: SenderChooser<KnownSender>;
  /** How many contacts the audiences in the request have, by id. */
  audiences: ReadonlyMap<string, number>;
}

function readMessage(
  input: MessageTerms & Shape,
  { mode, now, chooseSender, audiences }: Shared,
  readContent: () => Content,
  faults: Faults,
): NewMessage | null {
  const before = faults.details.length;
  const recipient = faults.read('to', parseDestination(input.to));
  for (const { path, code, message } of statusFaults(input)) faults.add(path, code, message);
  if (input.audience_id !== undefined) checkAudience(input.audience_id, audiences, faults);
  const times = readTimes(input, now.getTime(), faults);
  if (input.reply_to !== undefined) faults.read('reply_to', parseWireKey(input.reply_to));
  checkMentions(input.mentions, faults);
  const content = readContent();
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
  const isSkipped = times.moment?.skipped === true;
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
    moment: times.moment,
    ...(isSkipped ? { status: 'canceled' as const, canceled_at: now } : {}),
    due_at: new Date(due),
    expires_at: times.expiresAt,
    created_at: now,
  };
  return { fields, media: content.media };
}

function checkAudience(id: string, audiences: Shared['audiences'], faults: Faults): void {
  const count = audiences.get(id);
  if (count === undefined) {
    const message = `is ${id}, which is not an audience of this key. Use the id of one.`;
    faults.add('audience_id', 'not_found', message);
  } else if (count > MOST_VIEWERS) {
    const message = `has ${count} contacts. A status goes to at most ${MOST_VIEWERS}. Use a smaller audience.`;
    faults.add('audience_id', 'too_many', message);
  }
}

function checkMentions(mentions: CreateMessage['mentions'], faults: Faults): void {
  if (!mentions) return;
  const { ids, displays } = mentions;
  ids.forEach((id, index) => faults.read(`mentions.ids.${index}`, parseRecipient(id)));
  if (!displays || displays.length === ids.length) return;
  const message = `must have as many entries as ids, which has ${ids.length}.`;
  faults.add('mentions.displays', 'wrong_length', message);
}
