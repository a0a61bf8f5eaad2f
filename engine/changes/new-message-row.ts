import { newId, newWireId } from '../domain/ids';
import type { MessageRow } from '../store/tables/messages';

type Given = Pick<
  MessageRow,
  | 'mode'
  | 'session_id'
  | 'from_phone'
  | 'recipient'
  | 'chat_id'
  | 'who'
  | 'type'
  | 'priority'
  | 'due_at'
  | 'created_at'
>;

/** What a new message is made of; the rest is empty. */
export type NewMessageFields = Given & Partial<MessageRow>;

/** A new message, with the wire id that every attempt will use. With `send_at` it is `scheduled`. */
export function newMessageRow(given: NewMessageFields): MessageRow {
  return {
    id: newId('message'),
    text: null,
    media: null,
    poll: null,
    location: null,
    contact: null,
    forward_of: null,
    reply_to: null,
    mentions: null,
    link_preview: null,
    reference: null,
    typing_seconds: null,
    send_window: null,
    cancel_on_reply: false,
    only_while_bot: false,
    cancel_on_takeover: false,
    campaign_id: null,
    contact_id: null,
    variant: null,
    audience_id: null,
    sequence_id: null,
    step: null,
    recurrence_id: null,
    known_to: null,
    held: false,
    new_contact: false,
    status: given.send_at ? 'scheduled' : 'queued',
    failure_reason: null,
    wire_id: newWireId(),
    revision: 1,
    attempts: 0,
    unacknowledged: 0,
    send_at: null,
    moment: null,
    expires_at: null,
    handed_over_at: null,
    sent_at: null,
    delivered_at: null,
    read_at: null,
    failed_at: null,
    canceled_at: null,
    edited_at: null,
    revoked_at: null,
    erased_at: null,
    ...given,
  };
}
