import type { Mode } from '../domain/mode';
import { MESSAGE_TYPES, type MessageType } from '../domain/messages/message-content';
import { isPending } from '../domain/messages/message-status';
import { firstDueAt } from '../domain/messages/send-decision';
import { EngineError, Faults, notFound } from '../errors';
import type { Work } from '../events/transact';
import { lockMessage, type MessageRow } from '../store/tables/messages';
import { changed, freeFile, isChangeable, isSkipped, storeChanges } from '../changes/message-changes';
import { retimed, timesOf } from '../changes/retime';
import { checkMediaUrl } from '../media/media-url';
import { readContactCard, readLocation, readMedia, storeBytes, type ReadMedia } from './message-content';
import type { EditMessage } from './message-schema';
import { checkTimes, readTimes } from '../domain/time/read-times';
import { refuseTakenOver } from './refuse-taken-over';

/**
 * Changes a message that has not been handed over, or was skipped because its time had passed. The row is locked, so either the edited message is sent, or the
 * message was claimed first and the edit fails.
 * @throws EngineError `not_found`; `invalid_request` for an invalid field, or if it is too late; `conflict` if the message
 * would be canceled at once, because a person has the chat.
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
  if (!isChangeable(row) && !isSkipped(row)) {
    throw new EngineError(
      'invalid_request',
      row.status === 'queued'
        ? 'The message was handed to WhatsApp and is being sent again, so it can no longer be changed.'
        : `The message is ${row.status}. Only scheduled and queued messages can be changed.`,
    );
  }
  const faults = new Faults();
  const content = readContent(row, edit, allowPrivateMedia, faults);
  const isMoved = isMovedOccurrence(row, edit);
  const before = timesOf(row);
  const times = readTimes(
    edit,
    work.now.getTime(),
    faults,
    isMoved ? { ...before, expiresAt: null } : before,
  );
  faults.throwIfAny();
  if (isMoved) times.expiresAt = movedExpiry(row, times.sendAt);

  const sendWindow = edit.send_window === undefined ? row.send_window : edit.send_window;
  const due = firstDueAt(
    { sendAt: times.sendAt?.getTime() ?? null, sendWindow, expiresAt: times.expiresAt?.getTime() ?? null },
    work.now.getTime(),
  );
  const edited: MessageRow = {
    ...row,
    ...content.fields,
    reference: edit.reference === undefined ? row.reference : edit.reference,
    typing_seconds: edit.typing_seconds === undefined ? row.typing_seconds : edit.typing_seconds,
    only_while_bot: edit.only_while_bot ?? row.only_while_bot,
    cancel_on_takeover: edit.cancel_on_takeover ?? row.cancel_on_takeover,
    send_window: sendWindow,
    expires_at: times.expiresAt,
    due_at: new Date(due),
    revision: row.revision + 1,
  };
  if (edit.cancel_on_takeover) await refuseTakenOver(work.sql, [edited], work.now);
  if (content.media) storeBytes(work.sql, content.media, work.now);
  const change = edit.send_at === undefined ? changed(edited) : retimed(edited, times, work.now);
  await storeChanges(work, [change]);
  freeFile(work.sql, row.media, change.row.media);
  if (isPending(change.row.status)) work.wake(edited.session_id, change.row.due_at.getTime());
  return change.row;
}

/** An occurrence of a recurrence expires soon after its time, so with a new time it expires as long after that. */
function isMovedOccurrence(row: MessageRow, edit: EditMessage): boolean {
  return row.recurrence_id !== null && edit.send_at !== undefined && edit.expires_at === undefined;
}

function movedExpiry(row: MessageRow, sendAt: Date | null): Date | null {
  if (!row.expires_at || !row.send_at || !sendAt) return row.expires_at;
  return new Date(sendAt.getTime() + row.expires_at.getTime() - row.send_at.getTime());
}

/** The faults of an edit that do not depend on the message. @throws EngineError `invalid_request` */
export function checkEdit(edit: EditMessage, now: Date, allowPrivateMedia: boolean): void {
  const faults = new Faults();
  if (edit.media) readMedia(edit.media, allowPrivateMedia, faults);
  if (edit.contact) readContactCard(edit.contact, faults);
  if (edit.media_url !== undefined)
    faults.note('media_url', checkMediaUrl(edit.media_url, allowPrivateMedia));
  checkTimes(edit, now.getTime(), faults);
  faults.throwIfAny();
}

interface EditedContent {
  fields: Partial<Pick<MessageRow, MessageType>>;
  media: ReadMedia | null;
}

function readContent(
  row: MessageRow,
  edit: EditMessage,
  allowPrivateMedia: boolean,
  faults: Faults,
): EditedContent {
  for (const field of [...MESSAGE_TYPES, 'media_url', 'media_caption'] as const) {
    if (edit[field] === undefined) continue;
    if (!field.startsWith(row.type))
      faults.add(field, 'wrong_type', `is not a field of a ${row.type} message.`);
    else if (row.forward_of)
      faults.add(field, 'not_editable', 'belongs to a forwarded message. Cancel it and send a new one.');
  }
  if (edit.media && (edit.media_url !== undefined || edit.media_caption !== undefined)) {
    faults.add('media', 'given_twice', 'cannot be combined with media_url or media_caption.');
  }
  if (edit.media) {
    const media = readMedia(edit.media, allowPrivateMedia, faults);
    return { fields: { media: media.stored }, media };
  }
  const fields: EditedContent['fields'] = {};
  if (edit.text !== undefined) fields.text = edit.text;
  if (edit.poll !== undefined) fields.poll = edit.poll;
  if (edit.location !== undefined) fields.location = readLocation(edit.location);
  if (edit.contact !== undefined) fields.contact = readContactCard(edit.contact, faults);
  if (row.media && (edit.media_url !== undefined || edit.media_caption !== undefined)) {
    fields.media = { ...row.media };
    if (edit.media_url !== undefined) {
      faults.note('media_url', checkMediaUrl(edit.media_url, allowPrivateMedia));
      fields.media = { ...fields.media, url: edit.media_url, file_id: null };
    }
    if (edit.media_caption !== undefined) fields.media.caption = edit.media_caption;
  }
  return { fields, media: null };
}
