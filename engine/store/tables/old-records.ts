import type { Walk } from '../sql/walk';
import { PENDING } from './messages';
import { AND_ITS_CONTENT } from './older-content';

/*
 * Records that are kept for some time, and then removed: those from before `$4`.
 */

const FIRST_TIME = '-infinity';

/** Events of which a delivery is still to be made stay. */
export const OLD_EVENTS: Walk = {
  table: 'events',
  keys: [
    ['created_at', 'timestamptz', FIRST_TIME],
    ['id', 'text', ''],
  ],
  range: 'r.created_at < $4',
  over: `NOT EXISTS (SELECT FROM deliveries AS d WHERE d.event_id = r.id AND d.status IN ('pending', 'held'))`,
  returning: 'r.id',
  also: 'DELETE FROM deliveries AS d WHERE d.event_id = ANY(ARRAY(SELECT id FROM gone))',
};

/** Webhooks whose time, or whose number of deliveries, is over. */
export const RETIRED_WEBHOOKS: Walk = {
  table: 'webhooks',
  keys: [['id', 'text', '']],
  over: `r.status = 'disabled' AND r.disabled_by = 'limit' AND r.disabled_at < $4
    AND NOT EXISTS (SELECT FROM deliveries AS d WHERE d.webhook_id = r.id)`,
};

/** SQL: a message that is pending quotes it, or forwards it. */
const IS_WANTED = `EXISTS (SELECT FROM messages AS m WHERE m.forward_of->>'inbound_id' = r.id
      AND m.forward_of IS NOT NULL AND m.${PENDING})
    OR EXISTS (SELECT FROM messages AS m WHERE split_part(m.reply_to, '_', 3) = r.wire_id
      AND m.reply_to IS NOT NULL AND m.${PENDING})`;

/** What was received, as WhatsApp sent it, to quote it and to fetch its file. The row stays. */
export const OLD_INBOUND_CONTENT: Walk = {
  table: 'inbound_messages',
  keys: [
    ['created_at', 'timestamptz', FIRST_TIME],
    ['id', 'text', ''],
  ],
  range: 'r.created_at < $4 AND r.sealed_content IS NOT NULL',
  over: `r.sealed_content IS NOT NULL AND NOT (${IS_WANTED})`,
  set: 'sealed_content = NULL',
};

/** That something was received. WhatsApp may say it again while it keeps it for a device that was away. */
export const OLD_INBOUND: Walk = {
  table: 'inbound_messages',
  keys: [['id', 'text', '']],
  over: `r.created_at < $4 AND NOT (${IS_WANTED})`,
};

/** The history of chats, and what a shared history brought with it. */
export const OLD_CHAT_MESSAGES: Walk = {
  table: 'chat_messages',
  keys: [
    ['created_at', 'timestamptz', FIRST_TIME],
    ['wire_id', 'text', ''],
    ['session_id', 'text', ''],
    ['chat_id', 'text', ''],
  ],
  range: 'r.created_at < $4',
  over: 'r.created_at < $4',
  returning: 'r.id, r.source',
  also: AND_ITS_CONTENT,
};

/** Chats in which nothing was written since, and of which nothing is kept. */
export const OLD_CHATS: Walk = {
  table: 'chats',
  keys: [
    ['who', 'text', ''],
    ['mode', 'text', ''],
    ['session_id', 'text', ''],
  ],
  over: `r.last_message_at < $4 AND NOT EXISTS (
    SELECT FROM chat_messages AS m WHERE m.who = r.who AND m.mode = r.mode AND m.session_id = r.session_id)`,
};

export const OLD_IDEMPOTENCY_RECORDS: Walk = {
  table: 'idempotency_records',
  keys: [
    ['created_at', 'timestamptz', FIRST_TIME],
    ['key_id', 'text', ''],
    ['key', 'text', ''],
  ],
  range: 'r.created_at <= $4',
  over: 'r.created_at <= $4',
};

/** Files that were uploaded to WhatsApp. */
export const OLD_UPLOADS: Walk = {
  table: 'session_keys',
  keys: [
    ['updated_at', 'timestamptz', FIRST_TIME],
    ['session_id', 'text', ''],
    ['id', 'text', ''],
  ],
  range: `r.type = 'upload' AND r.updated_at < $4`,
  over: `r.type = 'upload' AND r.updated_at < $4`,
};

/** Requests to the owner of a session. */
export const OLD_REQUESTS: Walk = {
  table: 'session_requests',
  keys: [['id', 'text', '']],
  over: 'r.created_at < $4',
};

/** What WhatsApp said about accounts: that they exist (`$4`), or that they do not (`$5`). */
export const OLD_ACCOUNTS: Walk = {
  table: 'known_accounts',
  keys: [
    ['session_id', 'text', ''],
    ['asked', 'text', ''],
  ],
  over: 'r.checked_at < CASE WHEN r.chat_id IS NULL THEN $5::timestamptz ELSE $4 END',
};

/** What the engine did to messages, such as editing them. */
export const OLD_OWN_ACTS: Walk = {
  table: 'own_acts',
  keys: [
    ['created_at', 'timestamptz', FIRST_TIME],
    ['wire_id', 'text', ''],
  ],
  range: 'r.created_at < $4',
  over: 'r.created_at < $4',
};

/** Chats that were given back to the bot. */
export const OLD_TAKEOVERS: Walk = {
  table: 'takeovers',
  keys: [
    ['who', 'text', ''],
    ['session_id', 'text', ''],
  ],
  over: 'r.human_since IS NULL AND (r.given_back_at IS NULL OR r.given_back_at < $4)',
};
