import type { Sql } from '../sql/database';

/** How many contacts there are, and how many of them have a chat already. */
export interface ContactCount {
  total: number;
  known: number;
}

/**
 * Counts up to `limit` contacts of an audience after one id, up to and with another where given.
 * @returns `last`: the id of the last one that was counted, null for none.
 */
export async function countContacts(
  sql: Sql,
  sessionId: string,
  audienceId: string,
  { after, through, limit }: { after: string | null; through: string | null; limit: number },
): Promise<ContactCount & { last: string | null }> {
  const rows = await sql.query<ContactCount & { last: string | null }>(
    `SELECT count(*)::int AS total, count(k.chat_id)::int AS known, max(c.id) AS last
     FROM (SELECT id, chat_id FROM contacts
           WHERE audience_id = $1 AND id > $2 AND ($3::text IS NULL OR id <= $3) ORDER BY id LIMIT $4) AS c
     LEFT JOIN known_chats AS k ON k.session_id = $5 AND k.chat_id = c.chat_id`,
    [audienceId, after ?? '', through, limit, sessionId],
  );
  return rows[0]!;
}

/**
 * Counts the messages that wait at a session: those of each of these campaigns, and as `campaign_id: null` those of
 * none that are due by `dueBy`.
 */
export async function countWaiting(
  sql: Sql,
  sessionId: string,
  campaignIds: readonly string[],
  dueBy: Date,
): Promise<(ContactCount & { campaign_id: string | null })[]> {
  return sql.query(
    `WITH waiting AS (
       SELECT campaign_id, chat_id FROM messages
       WHERE session_id = $1 AND campaign_id IS NULL AND status IN ('scheduled', 'queued') AND NOT held AND due_at <= $3
       UNION ALL
       SELECT campaign_id, chat_id FROM messages
       WHERE campaign_id = ANY($2::text[]) AND status IN ('scheduled', 'queued'))
     SELECT w.campaign_id, count(*)::int AS total, count(k.chat_id)::int AS known
     FROM waiting AS w LEFT JOIN known_chats AS k ON k.session_id = $1 AND k.chat_id = w.chat_id
     GROUP BY w.campaign_id`,
    [sessionId, campaignIds, dueBy],
  );
}
