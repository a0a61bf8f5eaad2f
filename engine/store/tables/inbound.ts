import type { Mode } from '../../domain/mode';
import type { Sql } from '../sql/database';
import type { MessageRow } from './messages';

/** @returns whether it is new; WhatsApp may tell of the same thing again. */
export async function insertInbound(
  tx: Sql,
  row: {
    id: string;
    mode: Mode;
    sessionId: string;
    kind: string;
    chatId: string;
    wireId: string;
    sealedContent: Buffer | null;
    now: Date;
  },
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO inbound_messages (id, mode, session_id, kind, chat_id, wire_id, created_at, sealed_content)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id`,
    [row.id, row.mode, row.sessionId, row.kind, row.chatId, row.wireId, row.now, row.sealedContent],
  );
  return rows.length > 0;
}

/** Our message of that wire id, if it is one of ours. */
export async function findByWireId(
  sql: Sql,
  sessionId: string,
  wireId: string,
): Promise<MessageRow | undefined> {
  const rows = await sql.query<MessageRow>('SELECT * FROM messages WHERE wire_id = $1 AND session_id = $2', [
    wireId,
    sessionId,
  ]);
  return rows[0];
}

/** The sealed message as it came; null when it is none, or not kept any more. */
export async function inboundContent(sql: Sql, id: string): Promise<Buffer | null> {
  const rows = await sql.query<{ sealed_content: Buffer | null }>(
    'SELECT sealed_content FROM inbound_messages WHERE id = $1',
    [id],
  );
  return rows[0]?.sealed_content ?? null;
}
