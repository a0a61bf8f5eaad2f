import { createHmac } from 'node:crypto';
import type { Clock } from '../../async/clock';
import type { Database, Sql, Transaction } from '../sql/database';
import type { Encryption } from '../../encryption/encryption';
import { GroupedWrites } from '../../async/grouped-writes';
import type { MessageRow } from './messages';

export interface KeyChange {
  type: string;
  id: string;
  value: Uint8Array | null;
}

/** Files that were uploaded are of no use any more after WhatsApp has dropped them. */
export const UPLOADS_LIFE_MS = 14 * 24 * 3_600_000;
/** How long a message that came in can be quoted and its file be fetched. */
export const INBOUND_LIFE_MS = 30 * 24 * 3_600_000;

/** One session's rows of `session_keys` and its other sealed things: what `transport/session-memory.ts` asks for. */
export class StoredSessionMemory {
  private readonly writes: GroupedWrites<KeyChange[]>;

  constructor(
    private readonly database: Database,
    private readonly encryption: Encryption,
    private readonly clock: Clock,
    private readonly sessionId: string,
  ) {
    this.writes = new GroupedWrites((groups) => this.store(groups.flat()));
  }

  async read(type: string, ids: string[]): Promise<Map<string, Uint8Array>> {
    const rows = await this.database.query<{ id: string; sealed: Buffer }>(
      'SELECT id, sealed FROM session_keys WHERE session_id = $1 AND type = $2 AND id = ANY($3::text[])',
      [this.sessionId, type, ids],
    );
    return new Map(rows.map(({ id, sealed }) => [id, this.encryption.open(sealed, this.place(type, id))]));
  }

  write(changes: KeyChange[]): Promise<void> {
    return changes.length === 0 ? Promise.resolve() : this.writes.add(changes);
  }

  async forget(): Promise<void> {
    await this.writes.settled();
    await this.database.query('DELETE FROM session_keys WHERE session_id = $1', [this.sessionId]);
  }

  secretFor(wireId: string): Uint8Array {
    return createHmac('sha256', this.encryption.derive('message-secret'))
      .update(`${this.sessionId}:${wireId}`)
      .digest();
  }

  /** Our message's row, for the caller to make of it what it needs. */
  async message(wireId: string): Promise<MessageRow | null> {
    const rows = await this.database.query<MessageRow>(
      'SELECT * FROM messages WHERE wire_id = $1 AND session_id = $2',
      [wireId, this.sessionId],
    );
    return rows[0] ?? null;
  }

  async inbound(chatId: string, wireId: string): Promise<Uint8Array | null> {
    const rows = await this.database.query<{ id: string; sealed_content: Buffer }>(
      `SELECT id, sealed_content FROM inbound_messages
       WHERE session_id = $1 AND chat_id = $2 AND wire_id = $3 AND kind = 'message' AND sealed_content IS NOT NULL`,
      [this.sessionId, chatId, wireId],
    );
    return rows[0] ? this.encryption.open(rows[0].sealed_content, rows[0].id) : null;
  }

  async account(asked: string): Promise<{ chatId: string | null; checkedAt: number } | null> {
    const rows = await this.database.query<{ chat_id: string | null; checked_at: Date }>(
      'SELECT chat_id, checked_at FROM known_accounts WHERE session_id = $1 AND asked = $2',
      [this.sessionId, asked],
    );
    return rows[0] ? { chatId: rows[0].chat_id, checkedAt: rows[0].checked_at.getTime() } : null;
  }

  async rememberAccount(asked: string, account: { chatId: string | null; checkedAt: number }): Promise<void> {
    await this.database.query(
      `INSERT INTO known_accounts (session_id, asked, chat_id, checked_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (session_id, asked) DO UPDATE SET chat_id = excluded.chat_id, checked_at = excluded.checked_at`,
      [this.sessionId, asked, account.chatId, new Date(account.checkedAt)],
    );
  }

  private place(type: string, id: string): string {
    return `${this.sessionId}/${type}/${id}`;
  }

  /** The last change of a key is the one that stays. */
  private async store(changes: KeyChange[]): Promise<void> {
    const last = new Map(changes.map((change) => [this.place(change.type, change.id), change]));
    const kept = [...last.values()].filter(({ value }) => value !== null);
    const gone = [...last.values()].filter(({ value }) => value === null);
    await this.database.transaction(async (tx) => {
      if (kept.length > 0) this.upsert(tx, kept);
      if (gone.length > 0) this.remove(tx, gone);
    });
  }

  private upsert(tx: Transaction, changes: KeyChange[]): void {
    tx.write(
      `INSERT INTO session_keys (session_id, type, id, sealed, updated_at)
       SELECT $1, type, id, sealed, $5 FROM unnest($2::text[], $3::text[], $4::bytea[]) AS k (type, id, sealed)
       ON CONFLICT (session_id, type, id) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at`,
      [
        this.sessionId,
        changes.map(({ type }) => type),
        changes.map(({ id }) => id),
        changes.map(({ type, id, value }) => this.encryption.seal(Buffer.from(value!), this.place(type, id))),
        new Date(this.clock.now()),
      ],
    );
  }

  private remove(tx: Transaction, changes: KeyChange[]): void {
    tx.write(
      `DELETE FROM session_keys AS k USING unnest($2::text[], $3::text[]) AS gone (type, id)
       WHERE k.session_id = $1 AND k.type = gone.type AND k.id = gone.id`,
      [this.sessionId, changes.map(({ type }) => type), changes.map(({ id }) => id)],
    );
  }
}

/** Drops what is too old to be of use. */
export async function deleteOldSessionData(sql: Sql, now: number): Promise<void> {
  await sql.query(`DELETE FROM session_keys WHERE type = 'upload' AND updated_at < $1`, [
    new Date(now - UPLOADS_LIFE_MS),
  ]);
  await sql.query(
    'UPDATE inbound_messages SET sealed_content = NULL WHERE created_at < $1 AND sealed_content IS NOT NULL',
    [new Date(now - INBOUND_LIFE_MS)],
  );
  await sql.query('DELETE FROM session_requests WHERE created_at < $1', [new Date(now - 3_600_000)]);
}
