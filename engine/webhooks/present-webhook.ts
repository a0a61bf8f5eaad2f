import type { Mode } from '../domain/mode';
import { personIdOf } from '../domain/people/person-id';
import { presentEvent } from '../events/attempt-delivery';
import type { Sql } from '../store/sql/database';
import type { DeliveredEvent, DeliveryRow } from '../store/tables/deliveries';
import { findWho } from '../store/tables/person-names';
import type { StoredFilter, WebhookRow } from '../store/tables/webhooks';

const time = (date: Date | null): string | null => date?.toISOString() ?? null;

/** A webhook as the API shows it, without its secret. */
export type ShownWebhook = ReturnType<typeof present>;

export async function showWebhook(sql: Sql, row: WebhookRow): Promise<ShownWebhook> {
  const [shown] = await showWebhooks(sql, row.mode, [row]);
  return shown!;
}

/** Each with the person whom its filter names, under whichever name. */
export async function showWebhooks(
  sql: Sql,
  mode: Mode,
  rows: readonly WebhookRow[],
): Promise<ShownWebhook[]> {
  const names = rows.map(({ filter }) => nameIn(filter));
  const whoIs = await findWho(
    sql,
    mode,
    names.filter((name) => name !== null),
  );
  return rows.map((row, index) => {
    const name = names[index];
    return present(row, name ? personIdOf(whoIs(name)) : null);
  });
}

function nameIn({ from, chat_id: chatId }: StoredFilter): string | null {
  return from ? `${from.slice(1)}@c.us` : (chatId ?? null);
}

function present(row: WebhookRow, personId: string | null) {
  return {
    id: row.id,
    url: row.url,
    events: row.events,
    description: row.description,
    filter: presentFilter(row.filter),
    person_id: personId,
    burst: row.burst,
    status: row.status,
    disabled_by: row.disabled_by,
    expires_at: time(row.expires_at),
    max_deliveries: row.max_deliveries,
    delivered_count: row.delivered_count,
    created_at: row.created_at.toISOString(),
  };
}

/** As it was given; null if it is empty. */
function presentFilter({ from, chat_id, reference, reply_only }: StoredFilter) {
  const given = Object.entries({ from, chat_id, reference, reply_only }).filter(
    ([, value]) => value !== undefined,
  );
  return given.length > 0 ? Object.fromEntries(given) : null;
}

export function presentDelivery(row: DeliveryRow) {
  return {
    id: row.id,
    event_id: row.event_id,
    event_type: row.event_type,
    webhook_id: row.webhook_id,
    status: row.status,
    attempts: row.attempts,
    next_attempt_at: time(row.next_attempt_at),
    response_status: row.response_status,
    error: row.error,
    created_at: row.created_at.toISOString(),
    last_attempt_at: time(row.last_attempt_at),
    delivered_at: time(row.delivered_at),
  };
}

/** The same, with the event as it was posted. @param registered the event names of its webhook */
export function presentDeliveryWithEvent(row: DeliveryRow & DeliveredEvent, registered: string[]) {
  return { ...presentDelivery(row), event: presentEvent({ ...row, type: row.event_type, registered }) };
}
