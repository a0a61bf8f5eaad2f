import { createHmac } from 'node:crypto';
import type { Clock } from '../async/clock';
import { fairTurn } from '../async/fair-turn';
import { GroupedWrites } from '../async/grouped-writes';
import type { Encryption } from '../encryption/encryption';
import type { Database } from '../store/sql/database';
import { openAwaited } from '../inbound/awaited';
import { listAwaited } from '../store/tables/awaited-messages';
import { findInboundContent } from '../store/tables/inbound-messages';
import { findKnownAccount, saveKnownAccount } from '../store/tables/known-accounts';
import { findByWireId } from '../store/tables/messages';
import {
  deleteAllSessionKeys,
  deleteSessionKeys,
  findSessionKeys,
  listSessionKeys,
  saveSessionKeys,
  type SealedKey,
} from '../store/tables/session-keys';
import type { KnownAccount, MemoryChange, Outgoing, SessionMemory } from '../transport/session-memory';
import { contentOf } from './content-of';

/** How many messages the phone is asked for after a login. */
const MOST_ASKED_FOR = 50;

/** One session's memory in the database, encrypted. */
export class LinkMemory implements SessionMemory {
  private readonly writes = new GroupedWrites<MemoryChange[]>((groups) => this.store(groups.flat()));

  constructor(
    private readonly database: Database,
    private readonly encryption: Encryption,
    private readonly clock: Clock,
    private readonly sessionId: string,
  ) {}

  async read(type: string, ids: string[]): Promise<Map<string, Uint8Array>> {
    return this.opened(await findSessionKeys(this.database, this.sessionId, type, ids));
  }

  async list(type: string): Promise<Map<string, Uint8Array>> {
    return this.opened(await listSessionKeys(this.database, this.sessionId, type));
  }

  write(changes: MemoryChange[]): Promise<void> {
    return changes.length === 0 ? Promise.resolve() : this.writes.add(changes);
  }

  async forget(): Promise<void> {
    await this.writes.settled();
    await deleteAllSessionKeys(this.database, this.sessionId);
  }

  secretFor(wireId: string): Uint8Array {
    return createHmac('sha256', this.encryption.derive('message-secret'))
      .update(`${this.sessionId}:${wireId}`)
      .digest();
  }

  async outgoing(wireId: string): Promise<Outgoing | null> {
    const row = await findByWireId(this.database, this.sessionId, wireId);
    if (!row || row.erased_at || row.revoked_at) return null;
    const { chat_id: chatId, reply_to: replyTo, mentions } = row;
    return { chatId, content: contentOf(row), replyTo, mentions, forwarded: row.forward_of !== null };
  }

  async inbound(chatId: string, wireId: string): Promise<Uint8Array | null> {
    const row = await findInboundContent(this.database, this.sessionId, chatId, wireId);
    return row ? this.encryption.open(row.sealed_content, row.id) : null;
  }

  async awaited(): Promise<Uint8Array[]> {
    const rows = await listAwaited(this.database, this.sessionId, MOST_ASKED_FOR);
    return rows.flatMap((row) => openAwaited(row, this.encryption).content ?? []);
  }

  async account(asked: string): Promise<KnownAccount | null> {
    const row = await findKnownAccount(this.database, this.sessionId, asked);
    return row ? { chatId: row.chat_id, checkedAt: row.checked_at.getTime() } : null;
  }

  async rememberAccount(asked: string, { chatId, checkedAt }: KnownAccount): Promise<void> {
    const account = { chat_id: chatId, checked_at: new Date(checkedAt) };
    await saveKnownAccount(this.database, this.sessionId, asked, account);
  }

  private opened(keys: readonly SealedKey[]): Map<string, Uint8Array> {
    return new Map(
      keys.map(({ type, id, sealed }) => [id, this.encryption.open(sealed, this.place(type, id))]),
    );
  }

  private place(type: string, id: string): string {
    return `${this.sessionId}/${type}/${id}`;
  }

  /** For each key, only the last change counts. */
  private async store(changes: MemoryChange[]): Promise<void> {
    const last = new Map(changes.map((change) => [this.place(change.type, change.id), change]));
    const kept: SealedKey[] = [];
    for (const [place, { type, id, value }] of last) {
      await fairTurn();
      if (value !== null) kept.push({ type, id, sealed: this.encryption.seal(Buffer.from(value), place) });
    }
    const gone = [...last.values()].filter(({ value }) => value === null);
    await this.database.transaction(async (tx) => {
      saveSessionKeys(tx, this.sessionId, kept, new Date(this.clock.now()));
      deleteSessionKeys(tx, this.sessionId, gone);
    });
  }
}
