import type { PriorityRank } from '../../domain/messages/priority';
import type { LinkState } from '../../domain/link-state';
import type { Mode } from '../../domain/mode';
import type { Sql } from '../sql/database';
import { waitsForBot, WAITING } from './lane-messages';
import { PENDING } from './messages';

/*
 * What waits, for monitoring. Each statement reads one range of an index and is short, however much waits: on the
 * embedded database everything else waits for it.
 */

/** The first due message of a lane and a priority. */
export interface LaneFront {
  /** A session, or the campaign whose messages any of several sessions may send. */
  session_id: string;
  priority: PriorityRank;
  /** Null if none is due yet. */
  due_at: Date | null;
}

/** Since when each lane has had a due message. Messages that wait until a person gives the chat back do not count. */
export async function listLaneFronts(sql: Sql, now: Date): Promise<LaneFront[]> {
  return sql.query<LaneFront>(
    // From lane to lane along the index, without reading what is between their first rows.
    `WITH RECURSIVE lanes AS (
       (SELECT session_id, priority FROM messages WHERE ${WAITING} ORDER BY session_id, priority LIMIT 1)
       UNION ALL
       SELECT next.session_id, next.priority FROM lanes l CROSS JOIN LATERAL (
         SELECT session_id, priority FROM messages
         WHERE ${WAITING} AND (session_id, priority) > (l.session_id, l.priority)
         ORDER BY session_id, priority LIMIT 1
       ) next
     )
     SELECT l.session_id, l.priority, front.due_at FROM lanes l LEFT JOIN LATERAL (
       SELECT due_at FROM messages
       WHERE session_id = l.session_id AND priority = l.priority AND ${WAITING} AND due_at <= $1
         AND ${waitsForBot('$1')} IS NOT TRUE
       ORDER BY due_at LIMIT 1
     ) front ON true`,
    [now],
  );
}

/** How many messages of a lane and a priority wait. */
export interface LaneDepth {
  session_id: string;
  priority: PriorityRank;
  scheduled: number;
  queued: number;
  /** Those of them that are due. */
  due: number;
}

/** A place in the order of `messages_in_turn`. */
interface Turn {
  session_id: string;
  priority: number;
  due_at: Date;
  id: string;
}

const BEFORE_ALL: Turn = { session_id: '', priority: -1, due_at: new Date(0), id: '' };

/** How many rows one statement counts. */
export const ROWS_A_PAGE = 1_000;

/** Counts all waiting messages, page by page, so that no statement is long. */
export async function countLaneDepths(sql: Sql, now: Date): Promise<LaneDepth[]> {
  const depths: LaneDepth[] = [];
  for (let after: Turn | null = BEFORE_ALL; after;) {
    const rows: (LaneDepth & { rows: number; last: Omit<Turn, 'due_at'> & { due_at: string } })[] =
      await sql.query(
        `WITH page AS (
           SELECT session_id, priority, due_at, id, status FROM messages
           WHERE ${WAITING} AND (session_id, priority, due_at, id) > ($1, $2, $3, $4)
           ORDER BY session_id, priority, due_at, id LIMIT $5
         ),
         last AS (
           SELECT session_id, priority, due_at, id FROM page
           ORDER BY session_id DESC, priority DESC, due_at DESC, id DESC LIMIT 1
         )
         SELECT session_id, priority, count(*) FILTER (WHERE status = 'scheduled')::int AS scheduled,
           count(*) FILTER (WHERE status = 'queued')::int AS queued, count(*) FILTER (WHERE due_at <= $6)::int AS due,
           (SELECT row_to_json(last) FROM last) AS last
         FROM page GROUP BY session_id, priority`,
        [after.session_id, after.priority, after.due_at, after.id, ROWS_A_PAGE, now],
      );
    depths.push(...rows.map(({ last: _last, ...depth }) => depth));
    const counted = rows.reduce((sum, { scheduled, queued }) => sum + scheduled + queued, 0);
    const last = rows[0]?.last;
    after = last && counted === ROWS_A_PAGE ? { ...last, due_at: new Date(last.due_at) } : null;
  }
  return depths;
}

/** How many messages of paused campaigns wait. */
export async function countHeld(sql: Sql): Promise<Record<'scheduled' | 'queued', number>> {
  const rows = await sql.query<{ status: 'scheduled' | 'queued'; n: number }>(
    `SELECT m.status, count(*)::int AS n FROM campaigns c JOIN messages m ON m.campaign_id = c.id
     WHERE c.status = 'paused' AND m.${PENDING} AND m.held GROUP BY 1`,
  );
  return { scheduled: 0, queued: 0, ...Object.fromEntries(rows.map(({ status, n }) => [status, n])) };
}

/** A session, for monitoring. */
export interface WatchedSession {
  id: string;
  mode: Mode;
  state: LinkState;
  /** WhatsApp's own count of new chats; null if unknown. */
  quota_limit: number | null;
  quota_used: number | null;
  /** A process works it. */
  is_leased: boolean;
}

export async function listWatchedSessions(sql: Sql): Promise<WatchedSession[]> {
  return sql.query<WatchedSession>(
    `SELECT s.id, s.mode, s.state, (s.quota->>'limit')::int AS quota_limit, (s.quota->>'used')::int AS quota_used,
       coalesce(l.expires_at > now(), false) AS is_leased
     FROM sessions s LEFT JOIN session_leases l ON l.session_id = s.id ORDER BY s.id`,
  );
}

/** How many webhooks there are in each state, and the longest overdue attempt of the enabled ones. */
export interface WatchedWebhooks {
  counts: { status: 'enabled' | 'disabled'; disabled_by: string | null; n: number }[];
  /** When it was due; null if none is. */
  overdue_since: Date | null;
}

export async function watchWebhooks(sql: Sql, now: Date): Promise<WatchedWebhooks> {
  const counts = await sql.query<WatchedWebhooks['counts'][number]>(
    'SELECT status, disabled_by, count(*)::int AS n FROM webhooks GROUP BY 1, 2',
  );
  const [first] = await sql.query<{ at: Date | null }>(
    `SELECT min(first.next_attempt_at) AS at FROM webhooks w CROSS JOIN LATERAL (
       SELECT d.next_attempt_at FROM deliveries d
       WHERE d.webhook_id = w.id AND d.status = 'pending' AND d.next_attempt_at <= $1
       ORDER BY d.next_attempt_at LIMIT 1
     ) first WHERE w.status = 'enabled'`,
    [now],
  );
  return { counts, overdue_since: first?.at ?? null };
}

/** How many deliveries wait for an attempt, or for their webhook to be enabled. */
export interface DeliveryDepth {
  pending: number;
  held: number;
  /** The smallest id of those that are pending; null if there are none. Its event has the same time in its id. */
  oldest: string | null;
}

/** Counts all deliveries that wait, page by page, so that no statement is long. */
export async function countDeliveries(sql: Sql): Promise<DeliveryDepth> {
  const pending = await countPending(sql);
  return { ...pending, held: await countHeldDeliveries(sql) };
}

interface PendingPage {
  n: number;
  oldest: string | null;
  last: { webhook_id: string; next_attempt_at: string; id: string } | null;
}

async function countPending(sql: Sql): Promise<Omit<DeliveryDepth, 'held'>> {
  let pending = 0;
  let oldest: string | null = null;
  let after: [string, Date, string] | null = ['', new Date(0), ''];
  while (after) {
    const rows: PendingPage[] = await sql.query(
      `WITH page AS (
         SELECT webhook_id, next_attempt_at, id FROM deliveries
         WHERE status = 'pending' AND (webhook_id, next_attempt_at, id) > ($1, $2, $3)
         ORDER BY webhook_id, next_attempt_at, id LIMIT $4
       ),
       last AS (SELECT * FROM page ORDER BY webhook_id DESC, next_attempt_at DESC, id DESC LIMIT 1)
       SELECT count(*)::int AS n, min(id) AS oldest, (SELECT row_to_json(last) FROM last) AS last FROM page`,
      [...after, ROWS_A_PAGE],
    );
    const { n, last, oldest: first } = rows[0]!;
    pending += n;
    if (first !== null && (oldest === null || first < oldest)) oldest = first;
    after = last && n === ROWS_A_PAGE ? [last.webhook_id, new Date(last.next_attempt_at), last.id] : null;
  }
  return { pending, oldest };
}

/** Those of disabled webhooks; no others are held for longer than a minute. */
async function countHeldDeliveries(sql: Sql): Promise<number> {
  const webhooks = await sql.query<{ id: string }>(
    `SELECT id FROM webhooks w WHERE status = 'disabled'
       AND EXISTS (SELECT FROM deliveries d WHERE d.webhook_id = w.id AND d.status = 'held') ORDER BY id`,
  );
  let held = 0;
  for (const { id } of webhooks) {
    for (let after: string | null = ''; after !== null;) {
      const [page]: { n: number; held: number; last: string | null }[] = await sql.query(
        `SELECT count(*)::int AS n, count(*) FILTER (WHERE status = 'held')::int AS held, max(id) AS last
         FROM (SELECT id, status FROM deliveries WHERE webhook_id = $1 AND id > $2 ORDER BY id LIMIT $3) page`,
        [id, after, ROWS_A_PAGE],
      );
      held += page!.held;
      after = page!.n === ROWS_A_PAGE ? page!.last : null;
    }
  }
  return held;
}
