import type { Walk } from '../sql/walk';
import { PENDING } from './messages';

/*
 * What has ended, and is removed in its time: `$4`. A campaign, sequence or recurrence goes before its messages, so that its
 * counts are never those of half of them. Nothing goes while something that is pending needs it.
 */

const BY_ID = [['id', 'text', '']] as const;

/** SQL: a message that is not over yet, or that WhatsApp has not accepted yet. @param m its alias */
const isOpen = (m: string): string =>
  `(${m}.${PENDING} OR (${m}.status = 'sending' AND ${m}.sent_at IS NULL))`;

/** SQL: when a message ended; for one that was sent, when the last was heard of it. @param m its alias */
const endedAt = (m: string): string =>
  `greatest(${['sent_at', 'delivered_at', 'read_at', 'failed_at', 'canceled_at', 'edited_at', 'revoked_at']
    .map((column) => `${m}.${column}`)
    .join(', ')})`;

/** Answers to its messages count for some time after its end. */
const CAMPAIGN_ENDED = `r.status IN ('complete_sent', 'complete_delivered', 'aborted')
  AND coalesce(r.completed_at, r.aborted_at) < $4
  AND coalesce(r.completed_at, r.aborted_at) < $5::timestamptz - coalesce(r.reply_days, 7) * interval '1 day'`;

/** @param $5 now */
export const ENDED_CAMPAIGNS: Walk = {
  table: 'campaigns',
  keys: BY_ID,
  over: `${CAMPAIGN_ENDED} AND NOT EXISTS (SELECT FROM messages AS m WHERE m.campaign_id = r.id AND m.${PENDING})
    AND NOT EXISTS (SELECT FROM messages AS m WHERE m.campaign_id = r.id AND m.status = 'sending' AND m.sent_at IS NULL)`,
};

export const ENDED_SEQUENCES: Walk = {
  table: 'sequences',
  keys: BY_ID,
  over: `r.status <> 'active' AND r.ended_at < $4
    AND NOT EXISTS (SELECT FROM messages AS m WHERE m.sequence_id = r.id AND ${isOpen('m')})`,
};

/** After its last occurrence a message that was moved may be left. */
export const ENDED_RECURRENCES: Walk = {
  table: 'recurrences',
  keys: BY_ID,
  over: `r.status IN ('ended', 'stopped_by_reply') AND r.ended_at < $4
    AND NOT EXISTS (SELECT FROM messages AS m WHERE m.recurrence_id = r.id AND ${isOpen('m')})
    AND NOT EXISTS (SELECT FROM campaigns AS c WHERE c.recurrence_id = r.id AND c.status IN ('pending', 'running', 'paused'))`,
};

/**
 * Of a campaign or sequence that is kept, all messages are. A recurrence keeps only the occurrence that it has made last.
 * A message also stays for a pending one that quotes it, and for a webhook that waits for an answer to it.
 */
export const ENDED_MESSAGES: Walk = {
  table: 'messages',
  keys: BY_ID,
  over: `NOT ${isOpen('r')} AND ${endedAt('r')} < $4
    AND (r.campaign_id IS NULL OR NOT EXISTS (SELECT FROM campaigns AS c WHERE c.id = r.campaign_id))
    AND (r.sequence_id IS NULL OR NOT EXISTS (SELECT FROM sequences AS s WHERE s.id = r.sequence_id))
    AND (r.recurrence_id IS NULL OR NOT EXISTS (
      SELECT FROM recurrences AS q WHERE q.id = r.recurrence_id AND q.planned_id = r.id))
    AND NOT EXISTS (SELECT FROM messages AS later WHERE later.reply_to IS NOT NULL AND later.${PENDING}
      AND split_part(later.reply_to, '_', 3) = r.wire_id)
    AND (r.reference IS NULL OR NOT EXISTS (
      SELECT FROM webhooks AS w WHERE w.filter->>'reference' = r.reference AND w.mode = r.mode AND w.status = 'enabled'))`,
};

/**
 * Files from requests that nothing needs any more. Most were removed at once, when their message was canceled or got
 * another file; the rest go some time after their message has ended (`$4`). One that was skipped may come back.
 */
export const UNUSED_FILES: Walk = {
  table: 'media_files',
  keys: BY_ID,
  over: `NOT EXISTS (SELECT FROM messages AS m WHERE m.media->>'file_id' = r.id AND (${isOpen('m')}
      OR CASE m.status WHEN 'canceled' THEN m.moment->>'skipped' = 'true' ELSE ${endedAt('m')} >= $4 END))
    AND NOT EXISTS (SELECT FROM recurrences AS q WHERE q.media->>'file_id' = r.id
      AND (q.ended_at IS NULL OR q.ended_at >= $4))`,
  isHeavy: true,
};
