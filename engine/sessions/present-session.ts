import type { SessionRow } from '../store/sessions';

/** A session as the API shows it and events carry it. */
export function presentSession(row: SessionRow) {
  return {
    id: row.id,
    name: row.name,
    phone: row.phone,
    push_name: row.push_name,
    state: row.state,
    reason: row.reason,
    restricted_until: row.restricted_until?.toISOString() ?? null,
    connected_at: row.connected_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
  };
}
