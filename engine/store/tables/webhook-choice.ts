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

const IS_FROM_THERE = `w.filter->>'from' IS NULL OR w.filter->>'from' = e.from_phone
  OR ${isSamePerson("w.filter->>'from_who'", 'e.from_who')}`;

/** A campaign that several numbers send is about each of them. Of no other event is the text read. */
const IS_ABOUT_NUMBER = `CASE WHEN e.from_phone IS NULL AND e.type LIKE 'campaign.%'
  THEN e.data::jsonb->'from_numbers' ? (w.filter->>'from') END`;

const IS_IN_CHAT = `(w.filter->>'chat_id' IS NULL OR w.filter->>'chat_id' = e.chat_id
  OR ${isSamePerson("w.filter->>'chat_who'", 'e.who')})`;

/** Its filter allows who wrote, and the chat. */
export const WANTS_FROM_THERE = `(${IS_FROM_THERE}) AND ${IS_IN_CHAT}`;

/** The same for an event that is written, which also has a type and data. */
export const WANTS_EVENT = `(${IS_FROM_THERE} OR ${IS_ABOUT_NUMBER}) AND ${IS_IN_CHAT}`;
