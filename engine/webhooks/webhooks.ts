import { randomBytes } from 'node:crypto';
import { canonicalTypes } from '../domain/events/event-types';
import { newId } from '../domain/ids';
import type { Mode } from '../domain/mode';
import { parseRecipient } from '../domain/messages/recipient';
import { parseInstant } from '../domain/time/send-at';
import { invalidRequest, notFound, type ErrorDetail } from '../errors';
import type { Work } from '../events/transact';
import { checkWebhookUrl, type TargetPolicy } from '../network/target-policy';
import { holdDeliveries, releaseDeliveries } from '../store/tables/deliveries';
import { retireSatisfied } from '../store/tables/delivery-outcomes';
import type { Encryption } from '../encryption/encryption';
import {
  insertWebhook,
  lockWebhook,
  saveWebhook,
  type WebhookFilter,
  type WebhookRow,
} from '../store/tables/webhooks';
import type { CreateWebhook, EditWebhook } from './webhook-schema';

export interface WebhookRules {
  encryption: Encryption;
  targets: TargetPolicy;
}

/** The lane of due deliveries: any process works it. */
export const DELIVERIES_LANE = 'deliveries';

/**
 * Registers a webhook.
 * @returns the row and its secret, which is not to be had again.
 * @throws EngineError `invalid_request` with every fault.
 */
export async function createWebhook(
  work: Work,
  mode: Mode,
  input: CreateWebhook,
  rules: WebhookRules,
): Promise<{ row: WebhookRow; secret: string }> {
  const checked = check(input, work.now, rules.targets);
  const id = newId('webhook');
  const secret = newSecret();
  const row: WebhookRow = {
    id,
    mode,
    url: input.url,
    events: input.events,
    types: canonicalTypes(input.events),
    description: input.description ?? null,
    filter: checked.filter ?? {},
    status: 'enabled',
    disabled_by: null,
    disabled_at: null,
    sealed_secret: rules.encryption.seal(secret, id),
    expires_at: checked.expiresAt ?? null,
    max_deliveries: input.max_deliveries ?? null,
    delivered_count: 0,
    last_success_at: null,
    created_at: work.now,
  };
  await insertWebhook(work.sql, row);
  return { row, secret };
}

/**
 * Changes a webhook. Enabling it lets go what was kept for it; one that its user disables gets none of the events
 * of that time; one that has had more than a new `max_deliveries` is done.
 * @throws EngineError `not_found` or `invalid_request`
 */
export async function editWebhook(
  work: Work,
  mode: Mode,
  id: string,
  edit: EditWebhook,
  rules: WebhookRules,
): Promise<WebhookRow> {
  const row = await lockWebhook(work.sql, mode, id);
  if (!row) throw notFound('webhook', id);
  const checked = check(edit, work.now, rules.targets);
  const events = edit.events ?? row.events;
  const changed: WebhookRow = {
    ...row,
    url: edit.url ?? row.url,
    events,
    types: canonicalTypes(events),
    description: edit.description === undefined ? row.description : edit.description,
    filter: edit.filter === undefined ? row.filter : (checked.filter ?? {}),
    expires_at: checked.expiresAt === undefined ? row.expires_at : checked.expiresAt,
    max_deliveries: edit.max_deliveries === undefined ? row.max_deliveries : edit.max_deliveries,
    ...newStatus(row, edit.status, work.now),
  };
  if (edit.status === 'enabled') refuseWhatIsOver(changed, work.now);
  await saveWebhook(work.sql, changed);
  if (changed.status === 'enabled' && hasHadAll(changed)) {
    await retireSatisfied(work.sql, [id], work.now);
    return { ...changed, status: 'disabled', disabled_by: 'limit', disabled_at: work.now };
  }
  if (edit.status === 'disabled') await holdDeliveries(work.sql, id);
  if (edit.status === 'enabled' && row.status === 'disabled') {
    await releaseDeliveries(work.sql, id, work.now);
    work.wake(DELIVERIES_LANE, work.now.getTime());
  }
  return changed;
}

/** Gives a webhook a new secret, with which retries that are still to be made are signed too. */
export async function rotateSecret(
  work: Work,
  mode: Mode,
  id: string,
  rules: WebhookRules,
): Promise<{ row: WebhookRow; secret: string }> {
  const row = await lockWebhook(work.sql, mode, id);
  if (!row) throw notFound('webhook', id);
  const secret = newSecret();
  const changed = { ...row, sealed_secret: rules.encryption.seal(secret, id) };
  await saveWebhook(work.sql, changed);
  return { row: changed, secret };
}

function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64url')}`;
}

function newStatus(row: WebhookRow, asked: 'enabled' | 'disabled' | undefined, now: Date) {
  if (asked === 'enabled') return { status: asked, disabled_by: null, disabled_at: null };
  // What was kept for it is not kept for longer because it is disabled once more.
  if (asked === 'disabled')
    return { status: asked, disabled_by: 'user' as const, disabled_at: row.disabled_at ?? now };
  return { status: row.status, disabled_by: row.disabled_by, disabled_at: row.disabled_at };
}

function hasHadAll(row: WebhookRow): boolean {
  return row.max_deliveries !== null && row.delivered_count >= row.max_deliveries;
}

/** Enabled, it would get nothing all the same. */
function refuseWhatIsOver(row: WebhookRow, now: Date): void {
  const details: ErrorDetail[] = [];
  if (row.expires_at && row.expires_at <= now) {
    const message = `passed at ${row.expires_at.toISOString()}; give a later one, or null, together with the status`;
    details.push({ path: 'expires_at', code: 'expired', message });
  }
  if (hasHadAll(row)) {
    const message = `is used up after ${row.delivered_count} deliveries; give a higher one, or null, together with the status`;
    details.push({ path: 'max_deliveries', code: 'used_up', message });
  }
  if (details.length > 0) throw invalidRequest(details);
}

function check(
  input: CreateWebhook | EditWebhook,
  now: Date,
  targets: TargetPolicy,
): { filter?: WebhookFilter; expiresAt?: Date | null } {
  const details: ErrorDetail[] = [];
  const fault = input.url === undefined ? null : checkWebhookUrl(input.url, targets);
  if (fault) details.push({ path: 'url', ...fault });
  let expiresAt: Date | null | undefined = input.expires_at === null ? null : undefined;
  if (input.expires_at) {
    const parsed = parseInstant(input.expires_at);
    if (!parsed.ok) details.push({ path: 'expires_at', code: parsed.code, message: parsed.message });
    else if (parsed.at <= now.getTime()) {
      details.push({ path: 'expires_at', code: 'too_early', message: 'is in the past; give a later moment' });
    } else expiresAt = new Date(parsed.at);
  }
  const filter = input.filter ? readFilter(input.filter, details) : undefined;
  if (details.length > 0) throw invalidRequest(details);
  return { filter, expiresAt };
}

/** Phones and chats are stored in the form in which events hold them, whatever form they were given in. */
function readFilter(filter: WebhookFilter, details: ErrorDetail[]): WebhookFilter {
  const read = { ...filter };
  for (const field of ['from', 'chat_id'] as const) {
    const value = filter[field];
    if (value === undefined) continue;
    const parsed = parseRecipient(value);
    if (!parsed.ok)
      details.push({ path: `filter.${field}`, code: 'invalid_recipient', message: parsed.message });
    else if (field === 'chat_id') read.chat_id = parsed.chatId;
    else if (parsed.phone) read.from = parsed.phone;
    else
      details.push({
        path: 'filter.from',
        code: 'invalid_recipient',
        message: 'is no phone number; use chat_id',
      });
  }
  return read;
}
