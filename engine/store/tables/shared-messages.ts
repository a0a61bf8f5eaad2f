import type { Sql, Transaction } from '../sql/database';
import type { CampaignRow } from './campaigns';
import { PENDING, type MessageRow } from './messages';
import { CAN_SEND, KNOWN_TO } from './messages-to-draw';

/*
 * The messages of campaigns that several numbers send. Until a number draws one, it belongs to none of them: it has the
 * campaign's id in place of a session's. Drawing is a conditional update, so that each goes from one number only.
 */

/** A running campaign that several numbers send. */
export type SharedCampaign = Pick<CampaignRow, 'id' | 'pacing'> & { session_ids: string[] };

/** Whether a message still waits for one of its campaign's numbers. */
export function isShared({
  session_id,
  campaign_id,
}: Pick<MessageRow, 'session_id' | 'campaign_id'>): boolean {
  return campaign_id !== null && session_id === campaign_id;
}

export async function listSharedCampaigns(sql: Sql): Promise<SharedCampaign[]> {
  return sql.query(
    `SELECT id, pacing, session_ids FROM campaigns WHERE status = 'running' AND session_ids IS NOT NULL ORDER BY id`,
  );
}

/** A number takes messages that it has locked. */
export async function drawMessages(
  tx: Sql,
  ids: readonly string[],
  { session_id: sessionId, from_phone: phone }: Pick<MessageRow, 'session_id' | 'from_phone'>,
): Promise<void> {
  await tx.query(
    `UPDATE messages SET session_id = $2, from_phone = $3 WHERE id = ANY($1::text[]) AND session_id = campaign_id`,
    [ids, sessionId, phone],
  );
}

/** Numbers give back messages that no attempt put on the wire. */
export function returnMessages(tx: Transaction, ids: readonly string[]): void {
  if (ids.length === 0) return;
  tx.write(
    `UPDATE messages AS m SET session_id = campaign_id, from_phone = NULL, known_to = ${KNOWN_TO}
     WHERE id = ANY($1::text[]) AND handed_over_at IS NULL`,
    [ids],
  );
}

/**
 * Which of a campaign's own caps has room for one more, whichever of its numbers sent the others. Locks the campaign, so
 * that two numbers do not take the last place at once.
 */
export async function hasRoomInCampaign(
  tx: Sql,
  { id, pacing, session_ids: sessionIds }: SharedCampaign,
  now: Date,
  caps: readonly { windowMs: number; most: number }[],
): Promise<boolean> {
  if (pacing === null) return true;
  const locked = await tx.query(
    `SELECT FROM campaigns WHERE id = $1 AND status = 'running' FOR NO KEY UPDATE SKIP LOCKED`,
    [id],
  );
  if (locked.length === 0) return false;
  for (const { windowMs, most } of caps) {
    const [counted] = await tx.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM messages
       WHERE session_id = ANY($1::text[]) AND handed_over_at > $2 AND campaign_id = $3`,
      [sessionIds, new Date(now.getTime() - windowMs), id],
    );
    if (counted!.n >= most) return false;
  }
  return true;
}

/** How many people, by the number that has a chat with them (the first of the list), and how many know none (`null`). */
export type OwnerCounts = Map<string | null, number>;

/** SQL: the first of the sessions `$1` that can send and has a chat with `who`. */
const OWNER = `(SELECT k.session_id FROM known_contacts AS k JOIN sessions AS s ON s.id = k.session_id
  WHERE k.who = w.who AND k.session_id = ANY($1::text[]) AND ${CAN_SEND}
  ORDER BY array_position($1::text[], k.session_id) LIMIT 1)`;

/** The pending messages of a campaign that belong to nobody yet or to one of its numbers. */
export async function countPendingByOwner(
  sql: Sql,
  campaignId: string,
  sessionIds: readonly string[],
): Promise<OwnerCounts> {
  const rows = await sql.query<{ owner: string | null; n: number }>(
    `SELECT owner, count(*)::int AS n FROM (
       SELECT CASE WHEN w.session_id <> w.campaign_id THEN w.session_id ELSE ${OWNER} END AS owner
       FROM messages AS w WHERE w.campaign_id = $2 AND w.${PENDING}) AS pending GROUP BY owner`,
    [sessionIds, campaignId],
  );
  return new Map(rows.map(({ owner, n }) => [owner, n]));
}

/** The same for up to `limit` contacts of an audience. @returns `last`: the id of the last contact counted */
export async function countContactsByOwner(
  sql: Sql,
  audienceId: string,
  sessionIds: readonly string[],
  { after, through, limit }: { after: string | null; through: string | null; limit: number },
): Promise<{ counts: OwnerCounts; total: number; last: string | null }> {
  const rows = await sql.query<{ owner: string | null; n: number; last: string }>(
    `SELECT owner, count(*)::int AS n, max(id) AS last FROM (
       SELECT w.id, ${OWNER} AS owner FROM (SELECT id, who FROM contacts
         WHERE audience_id = $2 AND id > $3 AND ($4::text IS NULL OR id <= $4) ORDER BY id LIMIT $5) AS w) AS page
     GROUP BY owner`,
    [sessionIds, audienceId, after ?? '', through, limit],
  );
  return {
    counts: new Map(rows.map(({ owner, n }) => [owner, n])),
    total: rows.reduce((sum, { n }) => sum + n, 0),
    last: rows.reduce<string | null>(
      (last, row) => (last === null || row.last > last ? row.last : last),
      null,
    ),
  };
}
