import { isSamePerson } from './person-names';

/*
 * SQL that chooses the webhooks `w` of an event `e`, which has created_at, chat_id, from_phone, who and from_who.
 */

/** One that was disabled by failures keeps its events, and one that its user disabled gets none. */
export const IS_ENABLED = `(w.status = 'enabled' OR w.disabled_by = 'failures')
  AND (w.max_deliveries IS NULL OR w.delivered_count < w.max_deliveries)`;

/** It has not expired. */
export const IS_CURRENT = '(w.expires_at IS NULL OR w.expires_at > e.created_at)';

export const TAKES_EVENTS = `${IS_ENABLED} AND ${IS_CURRENT}`;

/** Its filter allows who wrote, and the chat. */
export const WANTS_FROM_THERE = `
  (w.filter->>'from' IS NULL OR w.filter->>'from' = e.from_phone OR ${isSamePerson("w.filter->>'from_who'", 'e.from_who')})
  AND (w.filter->>'chat_id' IS NULL OR w.filter->>'chat_id' = e.chat_id OR ${isSamePerson("w.filter->>'chat_who'", 'e.who')})`;
