import { randomBytes } from 'node:crypto';
import { canonicalTypes } from '../domain/events/event-types';
import { newId } from '../domain/ids';
import type { Mode } from '../domain/mode';
import { whoOf } from '../domain/people/person-id';
import { parseRecipient } from '../domain/messages/recipient';
import { readFuture } from '../domain/time/read-times';
import { Faults, notFound, tooManyOf } from '../errors';
import type { Work } from '../events/transact';
import { checkWebhookUrl, type TargetPolicy } from '../network/target-policy';
import { countOf } from '../store/tables/account-size';
import { holdDeliveries, releaseDeliveries } from '../store/tables/deliveries';
import {
  insertWebhook,
  lockWebhook,
  retireSatisfied,
  saveWebhook,
  type StoredFilter,
  type WebhookFilter,
  type WebhookRow,
} from '../store/tables/webhooks';
import { planExpiry } from '../store/tables/webhook-expiry';
import type { Encryption } from '../encryption/encryption';
import { applyToOpenBursts, burstOf, checkBurst, editedBurst } from './webhook-burst';
import type { CreateWebhook, EditWebhook } from './webhook-schema';

export interface WebhookRules {
  encryption: Encryption;
  /** The most webhooks that a mode may have. */
  most: number;
  targets: TargetPolicy;
}

/** The lane of due deliveries. Any process can work it. */
export const DELIVERIES_LANE = 'deliveries';

/**
 * Registers a webhook.
 * @returns the row, and its secret, which is never shown again.
 * @throws EngineError `invalid_request` with every fault, or `conflict` if there are too many
 */
export async function createWebhook(
  work: Work,
  mode: Mode,
  input: CreateWebhook,
  rules: WebhookRules,
): Promise<{ row: WebhookRow; secret: string }> {
  const fields = readFields(input, mode, work.now, rules.targets);
  if ((await countOf(work.sql, 'webhooks', mode)) >= rules.most)
    throw tooManyOf('webhooks', rules.most, 'BLUETICKS_MAX_WEBHOOKS');
  const id = newId('webhook');
  const secret = newSecret();
  const row: WebhookRow = {
    id,
    mode,
    url: input.url,
    events: input.events,
    types: canonicalTypes(input.events),
    description: input.description ?? null,
    filter: fields.filter ?? {},
    burst: burstOf(input.burst, input.events),
    status: 'enabled',
    disabled_by: null,
    disabled_at: null,
    sealed_secret: rules.encryption.seal(secret, id),
    expires_at: fields.expiresAt ?? null,
    max_deliveries: input.max_deliveries ?? null,
    delivered_count: 0,
    last_success_at: null,
    created_at: work.now,
  };
  await insertWebhook(work.sql, row);
  await planItsExpiry(work, row);
  return { row, secret };
}

/**
 * Changes a webhook. Enabling it releases the deliveries that were held for it. Events that happen while a user has it
 * disabled are never delivered. If it has already received `max_deliveries`, it is disabled.
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
  const fields = readFields(edit, mode, work.now, rules.targets);
  const events = edit.events ?? row.events;
  const changed: WebhookRow = {
    ...row,
    url: edit.url ?? row.url,
    events,
    types: canonicalTypes(events),
    description: edit.description === undefined ? row.description : edit.description,
    filter: edit.filter === undefined ? row.filter : (fields.filter ?? {}),
    burst: editedBurst(row, edit.burst, events),
    expires_at: fields.expiresAt === undefined ? row.expires_at : fields.expiresAt,
    max_deliveries: edit.max_deliveries === undefined ? row.max_deliveries : edit.max_deliveries,
    ...newStatus(row, edit.status, work.now),
  };
  if (edit.status === 'enabled') refuseFinished(changed, work.now);
  await saveWebhook(work.sql, changed);
  // What waits for its turn goes where it says now.
  work.wake(DELIVERIES_LANE, work.now.getTime());
  if (edit.burst !== undefined || fields.expiresAt !== undefined) applyToOpenBursts(work, id);
  if (changed.status === 'enabled' && isUsedUp(changed)) {
    await retireSatisfied(work.sql, [id], work.now);
    return { ...changed, status: 'disabled', disabled_by: 'limit', disabled_at: work.now };
  }
  if (edit.status === 'disabled') await holdDeliveries(work.sql, id);
  if (edit.status === 'enabled' && row.status === 'disabled') {
    await releaseDeliveries(work.sql, id, work.now);
  }
  await planItsExpiry(work, changed, row);
  return changed;
}

/** Plans the `webhook.expired` of a webhook that wants to be told. @param before it was changed */
async function planItsExpiry(work: Work, row: WebhookRow, before = row): Promise<void> {
  if (![...row.types, ...before.types].includes('webhook.expired')) return;
  // No filter: the event stays when the webhook goes, and it may name a person.
  const data = { webhook_id: row.id, expires_at: row.expires_at?.toISOString() };
  await planExpiry(work.sql, row, work.now, newId('event'), JSON.stringify(data));
  if (row.expires_at) work.wake(DELIVERIES_LANE, row.expires_at.getTime());
}

/** Gives a webhook a new secret, which also signs pending retries. */
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
  work.wake(DELIVERIES_LANE, work.now.getTime());
  return { row: changed, secret };
}

function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64url')}`;
}

function newStatus(row: WebhookRow, asked: EditWebhook['status'], now: Date) {
  if (asked === 'enabled') return { status: asked, disabled_by: null, disabled_at: null };
  // Disabling it again does not keep held deliveries for longer.
  if (asked === 'disabled')
    return { status: asked, disabled_by: 'user' as const, disabled_at: row.disabled_at ?? now };
  return { status: row.status, disabled_by: row.disabled_by, disabled_at: row.disabled_at };
}

function isUsedUp(row: WebhookRow): boolean {
  return row.max_deliveries !== null && row.delivered_count >= row.max_deliveries;
}

/** @throws EngineError `invalid_request` if the webhook would be enabled but never get an event */
function refuseFinished(row: WebhookRow, now: Date): void {
  const faults = new Faults();
  const howTo = 'or null, in the same request as the status.';
  if (row.expires_at && row.expires_at <= now) {
    const message = `passed at ${row.expires_at.toISOString()}. Set a later time, ${howTo}`;
    faults.add('expires_at', 'expired', message);
  }
  if (isUsedUp(row)) {
    const message = `is used up after ${row.delivered_count} deliveries. Set a higher number, ${howTo}`;
    faults.add('max_deliveries', 'used_up', message);
  }
  faults.throwIfAny();
}

/** Reads the fields of a webhook, and stores nothing. @throws EngineError `invalid_request` with every fault */
export function readFields(
  input: CreateWebhook | EditWebhook,
  mode: Mode,
  now: Date,
  targets: TargetPolicy,
): { filter?: StoredFilter; expiresAt?: Date | null } {
  const faults = new Faults();
  if (input.url !== undefined) faults.note('url', checkWebhookUrl(input.url, targets));
  let expiresAt: Date | null | undefined = input.expires_at === null ? null : undefined;
  if (typeof input.expires_at === 'string')
    expiresAt = readFuture('expires_at', input.expires_at, now.getTime(), faults);
  checkBurst(input.burst, input.events, faults);
  const filter = input.filter ? readFilter(input.filter, mode, faults.within('filter')) : undefined;
  faults.throwIfAny();
  return { filter, expiresAt };
}

/** Converts phones and chats to the form that events use. */
function readFilter(filter: WebhookFilter, mode: Mode, faults: Faults): StoredFilter {
  const from = filter.from === undefined ? null : faults.read('from', parseRecipient(filter.from));
  if (from && !from.phone)
    faults.add('from', 'invalid_recipient', 'is not a phone number. Use chat_id for a chat id.');
  const chat = filter.chat_id === undefined ? null : faults.read('chat_id', parseRecipient(filter.chat_id));
  return {
    ...filter,
    ...(from?.phone ? { from: from.phone, from_who: whoOf(mode, from.chatId) } : {}),
    ...(chat ? { chat_id: chat.chatId, chat_who: whoOf(mode, chat.chatId) } : {}),
  };
}
