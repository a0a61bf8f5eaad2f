import type { MediaKind, MessageType } from '../domain/messages/message-content';
import { parsePhoneOnly } from '../domain/messages/recipient';
import { newId } from '../domain/ids';
import { EngineError, type Faults } from '../errors';
import { base64Fault, decodeBase64Strict } from '../media/base64';
import { detectMime, kindFault, kindOf } from '../media/media-kind';
import { checkMediaUrl } from '../media/media-url';
import type { Transaction } from '../store/sql/database';
import { insertMediaFile } from '../store/tables/media-files';
import type { MessageRow, StoredContact, StoredLocation, StoredMedia } from '../store/tables/messages';
import {
  LONGEST_BASE64,
  type ContactCardInput,
  type CreateMessage,
  type LocationInput,
} from './message-schema';

type Input<Type extends MessageType, Fields extends PropertyKey = Type> = Pick<
  Extract<CreateMessage, { type: Type }>,
  'type' | (Fields & keyof Extract<CreateMessage, { type: Type }>)
>;

/** The content of a new message, without its recipient and times. */
export type ContentInput =
  | Input<'text', 'text' | 'link_preview'>
  | Input<'media'>
  | Input<'poll'>
  | Input<'location'>
  | Input<'contact'>;

type ContentColumns = Partial<
  Pick<MessageRow, 'text' | 'media' | 'poll' | 'location' | 'contact' | 'link_preview'>
>;

export interface NewContent {
  fields: { type: MessageType } & ContentColumns;
  media: ReadMedia | null;
}

interface MediaInput {
  url?: string;
  data_base64?: string;
  kind?: MediaKind;
  caption?: string;
  filename?: string;
}

/** Valid media of a request: what goes into the message's row, and bytes for `storeBytes`. */
export interface ReadMedia {
  stored: StoredMedia;
  bytes: Buffer | null;
}

/**
 * Reads the content of a new message as columns of its row, and notes its faults.
 * @throws EngineError `payload_too_large`
 */
export function readNewContent(input: ContentInput, allowPrivateMedia: boolean, faults: Faults): NewContent {
  const { type } = input;
  if (type === 'media') {
    const media = readMedia(input.media, allowPrivateMedia, faults);
    return { fields: { type, media: media.stored }, media };
  }
  return { fields: { type, ...columnsOf(input, faults) }, media: null };
}

function columnsOf(input: Exclude<ContentInput, { type: 'media' }>, faults: Faults): ContentColumns {
  switch (input.type) {
    case 'text':
      return { text: input.text, link_preview: input.link_preview };
    case 'poll':
      return { poll: input.poll };
    case 'location':
      return { location: readLocation(input.location) };
    case 'contact':
      return { contact: readContactCard(input.contact, faults) };
  }
}

/** A place as it is stored. */
export function readLocation({ latitude, longitude, name, address }: LocationInput): StoredLocation {
  return { latitude, longitude, name: name ?? null, address: address ?? null };
}

/** Checks the numbers of a contact's card, and writes them in E.164. */
export function readContactCard(
  { name, phones, organization }: ContactCardInput,
  faults: Faults,
): StoredContact {
  const read = phones.map((phone, index) => faults.read(`contact.phones.${index}`, parsePhoneOnly(phone)));
  return { name, phones: read.flatMap((parsed) => parsed?.phone ?? []), organization: organization ?? null };
}

/**
 * Checks media. Without `kind`, it is detected from the bytes; for a URL it stays null until the file is fetched.
 * @throws EngineError `payload_too_large` for too much base64.
 */
export function readMedia(media: MediaInput, allowPrivate: boolean, faults: Faults): ReadMedia {
  const stored: StoredMedia = {
    url: media.url ?? null,
    file_id: null,
    kind: media.kind ?? null,
    caption: media.caption ?? null,
    filename: media.filename ?? null,
  };
  if (media.url !== undefined) {
    faults.note('media.url', checkMediaUrl(media.url, allowPrivate));
    return { stored, bytes: null };
  }
  const base64 = media.data_base64 ?? '';
  if (base64.length > LONGEST_BASE64) {
    const path = faults.pathOf('media.data_base64');
    throw new EngineError(
      'payload_too_large',
      `${path} has ${base64.length} characters, but the limit is ${LONGEST_BASE64}. Use media.url for a file of this size.`,
    );
  }
  const bytes = decodeBase64Strict(base64);
  if (!bytes) {
    faults.note('media.data_base64', base64Fault(base64));
    return { stored, bytes: null };
  }
  const mime = detectMime({ bytes, filename: media.filename });
  if (media.kind) faults.note('media.kind', kindFault(media.kind, mime));
  stored.file_id = newId('media');
  stored.kind ??= kindOf(mime);
  return { stored, bytes };
}

/** Stores the bytes in the same transaction as their message. */
export function storeBytes(tx: Transaction, media: ReadMedia, now: Date): void {
  if (media.bytes && media.stored.file_id) insertMediaFile(tx, media.stored.file_id, media.bytes, now);
}
