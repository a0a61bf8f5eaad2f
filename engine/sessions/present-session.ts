import type { Sql } from '../store/sql/database';
import { countHandOvers } from '../store/tables/lane-messages';
import type { SessionRow } from '../store/tables/sessions';
import type { PacingSpeeds } from '../pacing/pacing-rules';
import { presentPacing, todayBegan, type ShownPacing } from '../pacing/pacing-schema';

/** A session as the API and events show it. */
function presentSession(row: SessionRow, pacing: ShownPacing) {
  return {
    id: row.id,
    name: row.name,
    phone: row.phone,
    push_name: row.push_name,
    state: row.state,
    reason: row.reason,
    restricted_until: row.restricted_until?.toISOString() ?? null,
    quota: row.quota && {
      limit: row.quota.limit,
      used: row.quota.used,
      resets_at: row.quota.resets_at,
      state: row.quota.state,
    },
    connected_at: row.connected_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    pacing,
    reject_calls: row.reject_calls,
    call_reply: row.call_reply,
    takeover_hours: row.takeover_hours,
    mark_read: row.mark_read,
    proxy: row.shown_proxy,
  };
}

/** A session with the messages it sent today. @param speeds null where pacing is off. */
export async function showSession(sql: Sql, row: SessionRow, now: Date, speeds: PacingSpeeds) {
  const sentToday = await countHandOvers(sql, row.id, todayBegan(row.mode, now, speeds));
  return presentSession(row, presentPacing(row, sentToday, now.getTime(), speeds));
}
