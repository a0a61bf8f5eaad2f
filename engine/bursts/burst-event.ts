import type { NewEvent } from '../events/transact';
import type { BurstMessageRow, BurstToLookAt } from '../store/tables/bursts';

/** The signed URL of a file, by the id of its inbound message. */
export type MediaUrlOf = (inboundId: string) => string;

/** The part of a received message's data that a burst needs. */
interface ReceivedMessage {
  chat_id: string;
  from: string | null;
  from_name: string | null;
  person_id: string | null;
  is_group: boolean;
  author: string | null;
  text: string | null;
  media: { url: string | null } | null;
  in_reply_to_message_id: string | null;
  reference: string | null;
  timestamp: string;
  session_id: string;
  /** Who had the chat. */
  handled_by?: unknown;
}

/** Sorts messages by when they were written: one whose content came late takes its place. */
const byTime = (a: ReceivedMessage, b: ReceivedMessage): number =>
  a.timestamp < b.timestamp ? -1 : Number(a.timestamp > b.timestamp);

/** The event that tells of a burst. @param rows its messages, in the order in which they were received; at least one */
export function burstEvent(
  burst: BurstToLookAt,
  rows: readonly BurstMessageRow[],
  urlOf: MediaUrlOf,
): NewEvent {
  const messages = rows.map((row) => messageOf(row, urlOf)).sort(byTime);
  const last = messages.at(-1)!;
  const reply = messages.findLast((message) => message.in_reply_to_message_id !== null) ?? null;
  const filtered = messages.find(({ reference }) => reference !== null && reference === burst.reference);
  return {
    mode: burst.mode,
    type: 'message.burst',
    data: {
      ...presentBurst(messages, last, reply),
      // As it is now: the owner may have answered since.
      handled_by: burst.is_humans ? 'human' : last.handled_by,
    },
    fromPhone: last.from,
    chatId: last.chat_id,
    who: burst.who,
    fromWho: last.person_id === null ? null : burst.writer,
    reference: (filtered ?? reply)?.reference ?? null,
    isReply: reply !== null,
    onlyWebhook: burst.webhook_id,
  };
}

/** @param reply the last message that replies to one of ours */
function presentBurst(messages: ReceivedMessage[], last: ReceivedMessage, reply: ReceivedMessage | null) {
  const texts = messages.flatMap(({ text }) => text ?? []);
  return {
    chat_id: last.chat_id,
    from: last.from,
    from_name: messages.findLast(({ from_name: name }) => name !== null)?.from_name ?? null,
    person_id: last.person_id,
    is_group: last.is_group,
    author: last.author,
    text: texts.length > 0 ? texts.join('\n') : null,
    messages,
    media: messages.flatMap(({ media }) => media ?? []),
    in_reply_to_message_id: reply?.in_reply_to_message_id ?? null,
    reference: reply?.reference ?? null,
    first_at: messages[0]!.timestamp,
    last_at: last.timestamp,
    session_id: last.session_id,
  };
}

/** The message as it is now. The URL of its file is a new one: it may have waited. */
function messageOf({ id, data, edited_text: edited }: BurstMessageRow, urlOf: MediaUrlOf): ReceivedMessage {
  const message = JSON.parse(data) as ReceivedMessage;
  const { media } = message;
  return {
    ...message,
    text: edited ?? message.text,
    media: media?.url ? { ...media, url: urlOf(id) } : media,
  };
}
