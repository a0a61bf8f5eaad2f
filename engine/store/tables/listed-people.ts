import type { Mode } from '../../domain/mode';
import type { Sql } from '../sql/database';
import { isErasedOptOut } from './erased-opt-outs';
import { BY_PERSON } from './inbound-messages';
import type { PersonRow } from './people';
import { SAME_PERSON } from './person-names';

/** Conditions for a list of people. They are combined with AND. */
export interface PeopleFilter {
  /** Part of the WhatsApp name or username, case ignored, or of a number or lid. */
  q?: string;
  opted_out?: boolean;
}

/** SQL: ids of everyone who has opted out, by the id that a person has now. */
const OPTED_OUT = `
  SELECT who AS id FROM opt_outs WHERE mode = $1
  UNION ALL
  SELECT n.person_id FROM opt_outs AS o JOIN person_names AS n ON n.own_id = o.who WHERE o.mode = $1
  UNION ALL
  SELECT n.person_id FROM person_names AS n
  WHERE n.mode = $1 AND EXISTS (SELECT FROM erased_opt_outs) AND ${isErasedOptOut('n.mode', 'n.own_id')}`;

/** At most `limit` rows, newest first; with `before`, only rows that come after that one in the list. */
export async function listPeople(
  sql: Sql,
  mode: Mode,
  { q, opted_out: optedOut }: PeopleFilter,
  limit: number,
  before: { at: Date; key: string } | null,
): Promise<PersonRow[]> {
  // A number may be searched for as people write it.
  const digits = q !== undefined && /^[\d\s()+./-]+$/.test(q) ? q.replace(/\D/g, '') : '';
  return sql.query<PersonRow>(
    `SELECT * FROM people AS p WHERE mode = $1
       AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3))
       AND ($4::text IS NULL OR name ILIKE $4 OR '@' || username ILIKE $4
         OR ($5 <> '' AND EXISTS (SELECT FROM person_names AS n WHERE n.person_id = p.id AND n.name LIKE '%' || $5 || '%')))
       AND ($6::boolean IS NULL OR (id IN (${OPTED_OUT})) = $6)
     ORDER BY created_at DESC, id DESC LIMIT $7`,
    [
      mode,
      before?.at ?? null,
      before?.key ?? null,
      q === undefined ? null : `%${q.replace(/[\\%_]/g, '\\$&')}%`,
      digits,
      optedOut ?? null,
      limit,
    ],
  );
}

/** When a person and a session last wrote to each other, outside groups. */
export interface LastTimes {
  id: string;
  /** When they wrote last, by WhatsApp's clock. */
  last_heard_at: Date | null;
  /** When WhatsApp's server accepted our last message to them. */
  last_written_at: Date | null;
}

export async function findLastTimes(sql: Sql, ids: readonly string[]): Promise<LastTimes[]> {
  return sql.query<LastTimes>(
    `SELECT same.given AS id, max(heard.at) AS last_heard_at, max(written.at) AS last_written_at
     FROM (${SAME_PERSON}) AS same
     LEFT JOIN LATERAL (
       SELECT written_at AS at FROM inbound_messages WHERE who = same.id AND ${BY_PERSON} ORDER BY created_at DESC LIMIT 1) AS heard ON true
     LEFT JOIN LATERAL (SELECT max(sent_at) AS at FROM messages WHERE who = same.id) AS written ON true
     GROUP BY same.given`,
    [ids],
  );
}

/** The chats in which something is stored about a person, and since when. For people whom no session knows yet. */
export async function findChatsOf(
  sql: Sql,
  mode: Mode,
  ids: readonly string[],
): Promise<{ chat_id: string; since: Date }[]> {
  return sql.query(
    `SELECT chat_id, min(created_at) AS since FROM (
       SELECT chat_id, created_at FROM messages WHERE mode = $1 AND who = ANY($2::text[])
       UNION ALL
       SELECT chat_id, created_at FROM sequences WHERE mode = $1 AND who = ANY($2::text[])
       UNION ALL
       SELECT chat_id, created_at FROM recurrences WHERE mode = $1 AND who = ANY($2::text[])
       UNION ALL
       SELECT chat_id, created_at FROM opt_outs WHERE mode = $1 AND who = ANY($2::text[])
       UNION ALL
       SELECT chat_id, last_message_at FROM chats WHERE mode = $1 AND who = ANY($2::text[])
       UNION ALL
       SELECT chat_id, coalesce(human_since, given_back_at, 'epoch') FROM takeovers WHERE mode = $1 AND who = ANY($2::text[])
       UNION ALL
       SELECT c.chat_id, c.added_at FROM contacts AS c JOIN audiences AS a ON a.id = c.audience_id
       WHERE a.mode = $1 AND c.who = ANY($2::text[])) AS stored
     WHERE chat_id <> '' GROUP BY chat_id ORDER BY 2, 1`,
    [mode, ids],
  );
}
