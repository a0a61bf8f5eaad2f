import { whyNot } from '../../domain/chats/act-rules';
import { MEDIA_KINDS, type MessageType } from '../../domain/messages/message-content';
import { newId } from '../../domain/ids';
import type { Mode } from '../../domain/mode';
import { EngineError } from '../../errors';
import type { Work } from '../../events/transact';
import {
  createFromContent,
  type CreateOptions,
  type GivenContent,
  type MessageTerms,
} from '../../messages/create-messages';
import type { Sql } from '../../store/sql/database';
import { findInboundFiles } from '../../store/tables/inbound-messages';
import { copyMediaFile } from '../../store/tables/media-files';
import type { MessageRow } from '../../store/tables/messages';
import { findTarget, type FoundMessage } from './find-target';

/** What can be forwarded of what was received, and how its copy is kept. */
const TYPES: Record<string, MessageType> = {
  ...{ text: 'text', location: 'location', contact: 'contact' },
  ...Object.fromEntries(MEDIA_KINDS.map((kind) => [kind, 'media'])),
};

/**
 * Creates a message that forwards one of a chat: a message like any other, with its own times, queue and pace.
 * @param given see `whosOfChat`
 * @param key see `findTarget`
 * @throws EngineError `not_found`, `conflict` if it cannot be forwarded, `invalid_request`, or an error of the sender chooser
 */
export async function forwardMessage(
  work: Work,
  mode: Mode,
  given: string,
  key: string,
  terms: MessageTerms,
  options: CreateOptions,
): Promise<MessageRow> {
  const found = await findTarget(work.sql, mode, given, key);
  const why = whyNot('forward', found.facts, work.now.getTime());
  if (why !== null) throw new EngineError('conflict', why);
  const content = found.own ? await copyOf(work, found.own) : await receivedIn(work.sql, found);
  return createFromContent(work, mode, terms, content, options);
}

/** A message that the engine sent is sent once more. */
async function copyOf(work: Work, own: MessageRow): Promise<GivenContent> {
  const { type, text, media, poll, location, contact, link_preview } = own;
  const content = {
    type,
    text,
    media,
    poll,
    location,
    contact,
    link_preview,
    forward_of: { inbound_id: null },
  };
  if (!media?.file_id) return content;
  const copy = newId('media');
  if (!(await copyMediaFile(work.sql, media.file_id, copy, work.now)))
    throw new EngineError('conflict', 'The engine no longer has the file of this message. Send it anew.');
  return { ...content, media: { ...media, file_id: copy } };
}

/** What was received, or written on the phone, is forwarded as it is on WhatsApp's servers. */
async function receivedIn(sql: Sql, { row, facts, inboundId }: FoundMessage): Promise<GivenContent> {
  const type = TYPES[facts.type];
  if (!type)
    throw new EngineError(
      'conflict',
      `Only texts, files, places and contacts can be forwarded, and this is a ${facts.type}.`,
    );
  const isKept = inboundId !== null && (await findInboundFiles(sql, [inboundId])).length > 0;
  const text = row?.text ?? null;
  if (!isKept && (type !== 'text' || text === null))
    throw new EngineError('conflict', 'The engine no longer has the content of this message.');
  const media = {
    url: null,
    file_id: null,
    kind: facts.type,
    caption: text,
    filename: row?.media?.filename ?? null,
  };
  return {
    type,
    ...(type === 'media' ? { media } : { text }),
    // In the sandbox there is no more than the text.
    forward_of: { inbound_id: isKept ? inboundId : null },
  };
}
