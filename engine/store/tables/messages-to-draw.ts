import { LINKED_STATES } from '../../domain/link-state';
import type { Sql, Transaction } from '../sql/database';
import { literals } from '../sql/literals';
import { type Wanted, WAITING } from './lane-messages';
import { PENDING, type MessageRow } from './messages';
import { hasHuman } from './takeovers';

/*
 * Messages that any of a campaign's numbers may draw lie in groups: those to people whom the same numbers know are one
 * group, in the order in which they go. A number looks only at the front of the groups that are for it. So it finds its
 * own as quickly behind 50,000 that are for other numbers as behind none.
 *
 * `known_to` only says where to look. Who may write to somebody is decided by `known_contacts`, when the row is locked.
 */

/** At most so many numbers make a group, so that twenty numbers make 211 groups and not a million. */
const MOST_KNOWN_TO = 2;

/** SQL: session `s` may still send. */
export const CAN_SEND = `s.state IN (${literals(LINKED_STATES)})`;

/** SQL: the numbers that make the group of message `m`. Rows of an older process know of none. */
const GROUP = `coalesce(m.known_to, '{}'::text[])`;

/** SQL: message `m` waits for a number that draws it. Written as the index has it, so that the planner recognizes it. */
const TO_DRAW = `(m.session_id = m.campaign_id) IS TRUE AND ${WAITING}`;

/** SQL: the campaign of a message `m` that waits so, also as the index has it. */
const CAMPAIGN = 'CASE WHEN m.session_id = m.campaign_id THEN m.campaign_id END';

/** SQL: the order in which the messages `m` of a group are drawn. */
const IN_TURN = 'm.priority, m.due_at, m.id';

/**
 * SQL: `groups`, with the `id` of a campaign and the `known_to` of each of its groups. Jumps from one group to the next, so
 * that it costs as much as there are groups.
 * @param ids placeholder of the campaigns
 */
const groupsOf = (ids: string): string => {
  const first = (condition: string): string =>
    `(SELECT ${GROUP} AS known_to FROM messages AS m WHERE ${condition} AND ${TO_DRAW}
      ORDER BY ${CAMPAIGN}, ${GROUP} LIMIT 1) AS found`;
  return `RECURSIVE groups (id, known_to) AS (
    SELECT c.id, found.known_to FROM unnest(${ids}::text[]) AS c(id)
      CROSS JOIN LATERAL ${first(`${CAMPAIGN} = c.id`)}
    UNION ALL
    SELECT g.id, found.known_to FROM groups AS g
      CROSS JOIN LATERAL ${first(`${CAMPAIGN} = g.id AND ${GROUP} > g.known_to`)})`;
};

/** SQL: message `m` is in group `g`. */
const IN_GROUP = `${CAMPAIGN} = g.id AND ${GROUP} = g.known_to AND ${TO_DRAW}`;

/** SQL: of the numbers that know group `g`, one can send. */
const HAS_OWNER = `EXISTS (SELECT FROM sessions AS s WHERE s.id = ANY(g.known_to) AND ${CAN_SEND})`;

/** SQL: session `$1` knows the recipient of message `m`. */
const IS_KNOWN = 'EXISTS (SELECT FROM known_contacts AS k WHERE k.session_id = $1 AND k.who = m.who)';

/** SQL: one of the other numbers of message `m` has a chat with its recipient, or is writing to them right now. `$1` draws. */
const BELONGS_TO_OTHER = `(EXISTS (SELECT FROM campaigns AS c JOIN known_contacts AS k ON k.who = m.who AND k.session_id = ANY(c.session_ids)
      JOIN sessions AS s ON s.id = k.session_id
      WHERE c.id = m.campaign_id AND k.session_id <> $1 AND ${CAN_SEND})
    OR EXISTS (SELECT FROM messages AS o WHERE o.who = m.who AND o.status = 'sending' AND o.sent_at IS NULL
      AND o.session_id <> $1 AND o.mode = m.mode))`;

/**
 * SQL: the `id` of each message at the front of group `g`. Those who have only just become known may still be in the group
 * of nobody. A number that may not write to new contacts looks for them there, which is where they were locked when that was
 * noted.
 */
const FRONT = `(SELECT m.id FROM messages AS m WHERE ${IN_GROUP} ORDER BY ${IN_TURN} LIMIT 100)`;

/**
 * Locks up to `limit` due messages that a number may draw, as `lockDue` does: those to people who know this number, and
 * those to people who know none of the campaign's numbers. Rows that another number is drawing are skipped.
 */
export async function lockShared(
  tx: Sql,
  sessionId: string,
  campaignIds: readonly string[],
  now: Date,
  limit: number,
  { exceptWhos, lowest, lowestOfNew }: Wanted,
): Promise<MessageRow[]> {
  if (lowest === null) return [];
  const mayDraw =
    lowestOfNew === null
      ? IS_KNOWN
      : `CASE WHEN ${IS_KNOWN} THEN true ELSE m.priority <= ${lowestOfNew} AND NOT ${BELONGS_TO_OTHER} END`;
  const drawn = (groups: string, among: string): string =>
    `SELECT m.* FROM ${groups} CROSS JOIN LATERAL (
       SELECT * FROM messages AS m WHERE ${among} AND m.due_at <= $3
         AND NOT m.who = ANY($5::text[]) AND m.priority <= ${lowest}
         AND NOT (coalesce(m.only_while_bot, false) AND NOT coalesce(m.cancel_on_takeover, false)
           AND ${hasHuman('(m.who)', '$1', '$3')})
         AND ${mayDraw}
       ORDER BY ${IN_TURN} LIMIT $4 FOR UPDATE SKIP LOCKED) AS m`;
  const own = '(SELECT * FROM seen WHERE is_own) AS g';
  const others = `(SELECT * FROM seen WHERE NOT is_own) AS g CROSS JOIN LATERAL ${FRONT} AS f`;
  const all =
    lowestOfNew === null
      ? `${drawn(own, IN_GROUP)} UNION ALL ${drawn(others, `m.id = f.id AND ${TO_DRAW}`)}`
      : drawn('seen AS g', IN_GROUP);
  return tx.query<MessageRow>(
    `WITH ${groupsOf('$2')}, seen AS (
       SELECT id, known_to, $1 = ANY(known_to) AS is_own FROM groups AS g WHERE $1 = ANY(known_to) OR NOT ${HAS_OWNER})
     SELECT * FROM (${all}) AS m ORDER BY ${IN_TURN} LIMIT $4`,
    [sessionId, campaignIds, now, limit, exceptWhos],
  );
}

/** How many messages of a campaign wait for these numbers, which can send (none: any of the campaign's). */
interface ToDraw {
  numbers: string[];
  n: number;
}

/** Counts up to `most` messages of each group of a campaign. */
export async function countToDraw(sql: Sql, campaignId: string, most: number): Promise<ToDraw[]> {
  return sql.query<ToDraw>(
    `WITH ${groupsOf('$1')}
     SELECT ARRAY(SELECT s.id FROM sessions AS s WHERE s.id = ANY(g.known_to) AND ${CAN_SEND}) AS numbers,
       (SELECT count(*)::int FROM (SELECT FROM messages AS m WHERE ${IN_GROUP} ORDER BY ${IN_TURN} LIMIT $2) AS counted) AS n
     FROM groups AS g`,
    [[campaignId], most],
  );
}

/** The next `limit` messages of each group of these campaigns. */
export async function findFirstToDraw(
  sql: Sql,
  campaignIds: readonly string[],
  limit: number,
): Promise<MessageRow[]> {
  return sql.query<MessageRow>(
    `WITH ${groupsOf('$1')}
     SELECT m.* FROM groups AS g CROSS JOIN LATERAL (
       SELECT * FROM messages AS m WHERE ${IN_GROUP} ORDER BY ${IN_TURN} LIMIT $2) AS m`,
    [campaignIds, limit],
  );
}

/**
 * SQL: up to `MOST_KNOWN_TO` of these numbers that know somebody, as `known_to` has them. Which ones differs from person to
 * person, so that two numbers that both know everybody share the work with a third.
 */
const numbersThatKnow = (who: string, numbers: string): string =>
  `(SELECT array_agg(id ORDER BY id) FROM (
     SELECT k.session_id AS id FROM known_contacts AS k WHERE k.who = ${who} AND k.session_id = ANY(${numbers})
     ORDER BY md5(k.session_id || k.who) LIMIT ${MOST_KNOWN_TO}) AS numbers)`;

/** SQL: the same for the recipient of message `m`. */
export const KNOWN_TO = numbersThatKnow(
  'm.who',
  '(SELECT c.session_ids FROM campaigns AS c WHERE c.id = m.campaign_id)::text[]',
);

/** Which of these numbers know each of these people. Those whom none knows are left out. */
export async function findKnownTo(
  sql: Sql,
  whos: readonly string[],
  sessionIds: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await sql.query<{ who: string; known_to: string[] | null }>(
    `SELECT w.who, ${numbersThatKnow('w.who', '$2::text[]')} AS known_to FROM unnest($1::text[]) AS w(who)`,
    [whos, sessionIds],
  );
  return new Map(rows.flatMap(({ who, known_to: ids }) => (ids ? [[who, ids] as const] : [])));
}

/**
 * SQL: of messages to people whom none of a campaign's numbers knew, those to `met` are from now on for a session that knows
 * them. What another transaction has locked is about to be drawn. @param met a WITH query with `who`
 */
export const drawnOnlyBy = (sessionId: string, met: string): string =>
  `for_it AS (
     SELECT m.id FROM ${met} AS n CROSS JOIN LATERAL (
       SELECT id FROM messages AS m
       WHERE m.who = n.who AND m.session_id = m.campaign_id AND m.${PENDING} AND m.known_to IS NULL
         AND EXISTS (SELECT FROM campaigns AS c WHERE c.id = m.campaign_id AND ${sessionId} = ANY(c.session_ids))
       ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED) AS m
   ), regrouped AS (
     UPDATE messages SET known_to = ARRAY[${sessionId}] WHERE id = ANY(ARRAY(SELECT id FROM for_it)))`;

/** Sorts the messages to somebody into their groups anew, after it has turned out who they are. */
export function regroup(tx: Transaction, who: string): void {
  tx.write(
    `UPDATE messages AS m SET known_to = ${KNOWN_TO} WHERE m.who = $1 AND m.session_id = m.campaign_id AND m.${PENDING}`,
    [who],
  );
}
