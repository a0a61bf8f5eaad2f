import type { Mode } from '../domain/mode';
import { firstDueAt } from '../domain/messages/send-decision';
import { EngineError, invalidRequest, notFound, type ErrorDetail } from '../errors';
import type { Work } from '../events/transact';
import { lockMessage, saveMessages, type MessageRow } from '../store/tables/messages';
import { isChangeable } from '../changes/message-changes';
import { keepMedia, readMedia, type ReadMedia } from './message-media';
import { checkUrl, Faults, readTimes } from './message-rules';
import type { EditMessage } from './message-schema';

/**
 * Changes a message that has not been handed over. The row is locked: either this edit is what gets sent, or the
 * message was claimed first and nothing changes.
 * @throws EngineError `not_found`; `invalid_request` for a field that does not fit, or when it is too late.
 */
export async function editMessage(
  work: Work,
  mode: Mode,
  id: string,
  edit: EditMessage,
  allowPrivateMedia: boolean,
): Promise<MessageRow> {
  const row = await lockMessage(work.sql, mode, id);
  if (!row) throw notFound('message', id);
  if (!isChangeable(row)) {
    throw new EngineError(
      'invalid_request',
      row.status === 'queued'
        ? 'The message can no longer be changed: it was handed to WhatsApp and is being sent again.'
        : `The message is ${row.status} and can no longer be changed: only scheduled and queued messages can.`,
    );
  }
  const details: ErrorDetail[] = [];
  const faults = new Faults(details);
  const content = readContent(row, edit, allowPrivateMedia, faults);
  const times = readTimes(edit, work.now.getTime(), faults, {
    sendAt: row.send_at,
    expiresAt: row.expires_at,
  });
  if (details.length > 0) throw invalidRequest(details);

  const sendWindow = edit.send_window === undefined ? row.send_window : edit.send_window;
  const due = firstDueAt(
    { sendAt: times.sendAt?.getTime() ?? null, sendWindow, expiresAt: times.expiresAt?.getTime() ?? null },
    work.now.getTime(),
  );
  const changed: MessageRow = {
    ...row,
    ...content.fields,
    reference: edit.reference === undefined ? row.reference : edit.reference,
    send_window: sendWindow,
    send_at: times.sendAt,
    expires_at: times.expiresAt,
    due_at: new Date(due),
    // A new time puts a message that was already waiting for its turn back on the calendar.
    status: edit.send_at ? 'scheduled' : row.status,
    revision: row.revision + 1,
  };
  if (content.media) keepMedia(work.sql, content.media, work.now);
  saveMessages(work.sql, [changed]);
  work.wake(changed.session_id, due);
  return changed;
}

interface NewContent {
  fields: Partial<Pick<MessageRow, 'text' | 'media' | 'poll'>>;
  media: ReadMedia | null;
}

function readContent(
  row: MessageRow,
  edit: EditMessage,
  allowPrivateMedia: boolean,
  faults: Faults,
): NewContent {
  for (const field of ['text', 'media', 'media_url', 'media_caption', 'poll'] as const) {
    if (edit[field] !== undefined && !field.startsWith(row.type)) {
      faults.add(field, 'wrong_type', `does not go with this message, whose type is ${row.type}`);
    }
  }
  if (edit.media && (edit.media_url !== undefined || edit.media_caption !== undefined)) {
    faults.add('media', 'given_twice', 'give either media, or media_url and media_caption');
  }
  if (edit.media) {
    const media = readMedia(edit.media, allowPrivateMedia, faults);
    return { fields: { media: media.stored }, media };
  }
  const fields: NewContent['fields'] = {};
  if (edit.text !== undefined) fields.text = edit.text;
  if (edit.poll !== undefined) fields.poll = edit.poll;
  if (row.media && (edit.media_url !== undefined || edit.media_caption !== undefined)) {
    fields.media = { ...row.media };
    if (edit.media_url !== undefined) {
      checkUrl('media_url', edit.media_url, allowPrivateMedia, faults);
      fields.media = { ...fields.media, url: edit.media_url, file_id: null };
    }
    if (edit.media_caption !== undefined) fields.media.caption = edit.media_caption;
  }
  return { fields, media: null };
}
