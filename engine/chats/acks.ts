import { ackOf } from '../domain/messages/ack';
import { parseWireKey } from '../domain/messages/wire-key';
import type { Mode } from '../domain/mode';
import { notFound } from '../errors';
import type { Sql } from '../store/sql/database';
import { findChatMessage } from '../store/tables/chat-messages';
import { findByWireIds } from '../store/tables/messages';
import { whosOfChat } from './show-chats';

/** How far messages that the engine sent have got, see `ackOf`. Null: the engine did not send it, or knows no such key. */
export async function acksOf(
  sql: Sql,
  mode: Mode,
  keys: readonly string[],
): Promise<{ key: string; ack: number | null }[]> {
  const wireIds = keys.map((key) => {
    const parsed = parseWireKey(key);
    return parsed.ok && parsed.fromMe ? parsed.wireId : null;
  });
  const rows = await findByWireIds(
    sql,
    mode,
    wireIds.filter((id) => id !== null),
  );
  return keys.map((key, index) => {
    const row = rows.find((one) => one.wire_id === wireIds[index] && one.handed_over_at !== null);
    return { key, ack: row ? ackOf(row) : null };
  });
}

/** @param given see `whosOfChat`. @throws EngineError `not_found` if the chat has no such message, or `invalid_request` */
export async function ackInChat(sql: Sql, mode: Mode, given: string, key: string): Promise<number | null> {
  const whos = await whosOfChat(sql, mode, given);
  const parsed = parseWireKey(key);
  if (!parsed.ok) throw notFound('message', key);
  const [sent] = (await findByWireIds(sql, mode, [parsed.wireId])).filter(({ who }) => whos.includes(who));
  if (sent?.handed_over_at) return ackOf(sent);
  if (!(await findChatMessage(sql, mode, whos, parsed.wireId))) throw notFound('message', key);
  return null;
}
