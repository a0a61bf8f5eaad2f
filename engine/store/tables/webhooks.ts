import type { BurstSettings } from '../../domain/bursts/burst-settings';
import type { Mode } from '../../domain/mode';
import type { Sql, Transaction } from '../sql/database';
import { type DeliveryTarget, failWaiting, holdDeliveries } from './deliveries';
import { HAS_BEEN_TOLD } from './webhook-expiry';

export const WEBHOOK_STATUSES = ['enabled', 'disabled'] as const;
/** Its user, repeated failures, or `max_deliveries`. */
export const DISABLED_BY = ['user', 'failures', 'limit'] as const;

export interface WebhookFilter {
  from?: string;
  chat_id?: string;
  reference?: string;
  reply_only?: boolean;
}

/** A filter as stored, with who its number and its chat stand for. */
export type StoredFilter = WebhookFilter & { from_who?: string; chat_who?: string };

export interface WebhookRow {
  id: string;
  mode: Mode;
  url: string;
  /** Names as registered, aliases included. */
  events: string[];
  /** The canonical names of `events`. */
  types: string[];
  description: string | null;
  filter: StoredFilter;
  /** When bursts are told; null: it is not registered for them. */
  burst: BurstSettings | null;
  status: (typeof WEBHOOK_STATUSES)[number];
  disabled_by: (typeof DISABLED_BY)[number] | null;
  disabled_at: Date | null;
  sealed_secret: Buffer;
  expires_at: Date | null;
  max_deliveries: number | null;
  delivered_count: number;
  last_success_at: Date | null;
  created_at: Date;
}

export async function insertWebhook(sql: Sql, row: WebhookRow): Promise<void> {
  await sql.query(
    `INSERT INTO webhooks (id, mode, url, events, types, description, filter, status, sealed_secret, expires_at,
                           max_deliveries, created_at, burst)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      row.id,
      row.mode,
      row.url,
      row.events,
      row.types,
      row.description,
      JSON.stringify(row.filter),
      row.status,
      row.sealed_secret,
      row.expires_at,
      row.max_deliveries,
      row.created_at,
      row.burst && JSON.stringify(row.burst),
    ],
  );
}

export async function findWebhook(sql: Sql, mode: Mode, id: string): Promise<WebhookRow | undefined> {
  const rows = await sql.query<WebhookRow>('SELECT * FROM webhooks WHERE id = $1 AND mode = $2', [id, mode]);
  return rows[0];
}

/**
 * Like `findWebhook`, and locks the row until the transaction ends. Events for it can still be stored meanwhile: they
 * only need the row to exist.
 */
export async function lockWebhook(tx: Sql, mode: Mode, id: string): Promise<WebhookRow | undefined> {
  const rows = await tx.query<WebhookRow>(
    'SELECT * FROM webhooks WHERE id = $1 AND mode = $2 FOR NO KEY UPDATE',
    [id, mode],
  );
  return rows[0];
}

export async function listWebhooks(
  sql: Sql,
  mode: Mode,
  limit: number,
  before: string | null,
): Promise<WebhookRow[]> {
  return sql.query<WebhookRow>(
    'SELECT * FROM webhooks WHERE mode = $1 AND ($2::text IS NULL OR id < $2) ORDER BY id DESC LIMIT $3',
    [mode, before, limit],
  );
}

/** Writes every column that a user or the engine may set. */
export async function saveWebhook(tx: Sql, row: WebhookRow): Promise<void> {
  await tx.query(
    `UPDATE webhooks SET url = $2, events = $3, types = $4, description = $5, filter = $6, status = $7,
       disabled_by = $8, disabled_at = $9, sealed_secret = $10, expires_at = $11, max_deliveries = $12, burst = $13
     WHERE id = $1`,
    [
      row.id,
      row.url,
      row.events,
      row.types,
      row.description,
      JSON.stringify(row.filter),
      row.status,
      row.disabled_by,
      row.disabled_at,
      row.sealed_secret,
      row.expires_at,
      row.max_deliveries,
      row.burst && JSON.stringify(row.burst),
    ],
  );
}

export async function deleteWebhook(sql: Sql, mode: Mode, id: string): Promise<boolean> {
  const rows = await sql.query('DELETE FROM webhooks WHERE id = $1 AND mode = $2 RETURNING id', [id, mode]);
  return rows.length > 0;
}

/** Records that a delivery has reached the webhook. */
export async function noteReached(sql: Sql, id: string, now: Date): Promise<void> {
  await sql.query('UPDATE webhooks SET last_success_at = $2 WHERE id = $1', [id, now]);
}

/** Disables webhooks that have expired and were told so if they want that, and fails their pending deliveries. */
export async function retireExpiredWebhooks(sql: Sql, now: Date): Promise<void> {
  await sql.query(
    `WITH expired AS (
       UPDATE webhooks w SET status = 'disabled', disabled_by = 'limit', disabled_at = $1
       WHERE status = 'enabled' AND expires_at <= $1 AND ${HAS_BEEN_TOLD} RETURNING id
     )
     UPDATE deliveries d SET status = 'failed', next_attempt_at = NULL, locked_until = NULL,
       error = 'the webhook expired'
     FROM expired WHERE d.webhook_id = expired.id AND d.status = 'pending'`,
    [now],
  );
}

/** Where to post to webhooks now; only those that are enabled, and may have any number. */
export async function findTargets(sql: Sql, ids: readonly string[]): Promise<DeliveryTarget[]> {
  return sql.query<DeliveryTarget>(
    `SELECT id AS webhook_id, url, events AS registered, sealed_secret FROM webhooks
     WHERE id = ANY($1::text[]) AND status = 'enabled' AND max_deliveries IS NULL`,
    [ids],
  );
}

export type WebhookState = Pick<
  WebhookRow,
  'id' | 'status' | 'disabled_by' | 'last_success_at' | 'max_deliveries' | 'delivered_count'
>;

/**
 * Locks webhooks, always before their deliveries and in the order of ids, so that transactions cannot deadlock.
 * @param onRows called when the next statement is done
 */
export function lockWebhookStates(
  tx: Transaction,
  ids: string[],
  onRows: (rows: WebhookState[]) => void,
): void {
  tx.write<WebhookState>(
    `SELECT id, status, disabled_by, last_success_at, max_deliveries, delivered_count FROM webhooks
     WHERE id = ANY($1::text[]) ORDER BY id FOR NO KEY UPDATE`,
    [ids],
    onRows,
  );
}

/** Adds successes by webhook id. */
export function countSuccesses(tx: Transaction, successes: Map<string, number>, now: Date): void {
  if (successes.size === 0) return;
  tx.write(
    `UPDATE webhooks w SET last_success_at = $3, delivered_count = w.delivered_count + s.n
     FROM unnest($1::text[], $2::int[]) AS s (id, n) WHERE w.id = s.id`,
    [[...successes.keys()], [...successes.values()], now],
  );
}

/** Disables webhooks that have reached their `max_deliveries`, and fails their pending deliveries. */
export async function retireSatisfied(tx: Sql, webhookIds: string[], now: Date): Promise<void> {
  await tx.query(
    `UPDATE webhooks SET status = 'disabled', disabled_by = 'limit', disabled_at = $2 WHERE id = ANY($1::text[])`,
    [webhookIds, now],
  );
  await failWaiting(tx, webhookIds, 'the webhook has had its max_deliveries');
}

/** Disables a webhook that cannot be reached, and holds its pending deliveries. */
export async function disableUnreachable(tx: Sql, webhookId: string, now: Date): Promise<void> {
  await tx.query(
    `UPDATE webhooks SET status = 'disabled', disabled_by = 'failures', disabled_at = $2 WHERE id = $1`,
    [webhookId, now],
  );
  await holdDeliveries(tx, webhookId);
}
