import { wireKey } from '../domain/messages/wire-key';
import type { WaitingFor } from '../domain/waiting/waiting-for';
import { personIdOf } from '../domain/people/person-id';
import { instantOfMoment } from '../domain/time/moment';
import type { MessageRow } from '../store/tables/messages';

const time = (date: Date | null): string | null => date?.toISOString() ?? null;

/** A preview that the client gave; null if WhatsApp makes one from the page, or there is none. */
function presentLinkPreview(preview: MessageRow['link_preview']) {
  if (preview === null || typeof preview === 'boolean') return null;
  const { title, description = null, canonical_url = null, thumbnail = null } = preview;
  return { title, description, canonical_url, thumbnail };
}

/** A message as the API and events show it. @param waitingFor see `waiting-for.ts` */
export function presentMessage(row: MessageRow, waitingFor: WaitingFor | null = null) {
  const message = {
    id: row.id,
    key: row.handed_over_at ? wireKey({ fromMe: true, chatId: row.chat_id, wireId: row.wire_id }) : null,
    to: row.recipient as string | null,
    from: row.from_phone,
    type: row.type,
    text: row.text,
    media_url: row.media?.url ?? null,
    media_kind: row.media?.kind ?? null,
    media_caption: row.media?.caption ?? null,
    poll_question: row.poll?.question ?? null,
    poll_options: row.poll?.options ?? null,
    location: row.location,
    contact: row.contact,
    forwarded: row.forward_of !== null,
    status: row.status,
    send_at: time(row.send_at),
    moment: row.moment && { ...row.moment, of: new Date(instantOfMoment(row.moment)).toISOString() },
    created_at: row.created_at.toISOString(),
    sent_at: time(row.sent_at),
    delivered_at: time(row.delivered_at),
    read_at: time(row.read_at),
    failed_at: time(row.failed_at),
    failure_reason: row.failure_reason,
    link_preview: presentLinkPreview(row.link_preview),
    reference: row.reference,
    expires_at: time(row.expires_at),
    canceled_at: time(row.canceled_at),
    edited_at: time(row.edited_at),
    revoked_at: time(row.revoked_at),
    campaign_id: row.campaign_id,
    sequence_id: row.sequence_id,
    recurrence_id: row.recurrence_id,
    audience_id: row.audience_id,
    person_id: personIdOf(row.who),
    attempts: row.attempts,
    waiting_for: waitingFor,
    erased: false,
  };
  return row.erased_at ? withoutPerson(message) : message;
}

/** A message as it is shown once its recipient is erased: without anything that is theirs, or says who they are. */
export function withoutPerson<Shown extends object>(message: Shown) {
  return {
    ...message,
    key: null,
    to: null,
    text: null,
    media_url: null,
    media_caption: null,
    poll_question: null,
    poll_options: null,
    location: null,
    contact: null,
    link_preview: null,
    reference: null,
    person_id: null,
    erased: true,
  };
}
