import { createHmac } from 'node:crypto';
import type {
  KnownAccount,
  MemoryChange,
  Outgoing,
  SessionMemory,
} from '../../../../engine/transport/session-memory';

/**
 * A link's memory that outlives its transports, as a store does. A test can make it fail, hold it up, or look on as it
 * was at another moment.
 */
export class SmallMemory implements SessionMemory {
  private readonly rows = new Map<string, Uint8Array>();
  private readonly accounts = new Map<string, KnownAccount>();
  readonly sent = new Map<string, Outgoing>();
  readonly received = new Map<string, Uint8Array>();
  /** Called before anything is written; what it throws the writer gets. */
  beforeWrite: (changes: MemoryChange[]) => void | Promise<void> = () => undefined;
  writes = 0;

  read(type: string, ids: string[]): Promise<Map<string, Uint8Array>> {
    const found = ids.flatMap((id) => {
      const value = this.rows.get(`${type}/${id}`);
      return value ? [[id, value] as const] : [];
    });
    return Promise.resolve(new Map(found));
  }

  async write(changes: MemoryChange[]): Promise<void> {
    await this.beforeWrite(changes);
    this.writes += 1;
    for (const { type, id, value } of changes) {
      if (value === null) this.rows.delete(`${type}/${id}`);
      else this.rows.set(`${type}/${id}`, Uint8Array.from(value));
    }
  }

  forget(): Promise<void> {
    this.rows.clear();
    return Promise.resolve();
  }

  secretFor(wireId: string): Uint8Array {
    return createHmac('sha256', 'a secret of this memory').update(wireId).digest();
  }

  outgoing(wireId: string): Promise<Outgoing | null> {
    return Promise.resolve(this.sent.get(wireId) ?? null);
  }

  inbound(chatId: string, wireId: string): Promise<Uint8Array | null> {
    return Promise.resolve(this.received.get(`${chatId}/${wireId}`) ?? null);
  }

  account(asked: string): Promise<KnownAccount | null> {
    return Promise.resolve(this.accounts.get(asked) ?? null);
  }

  rememberAccount(asked: string, account: KnownAccount): Promise<void> {
    this.accounts.set(asked, account);
    return Promise.resolve();
  }

  /** The types and ids that are kept. */
  get kept(): string[] {
    return [...this.rows.keys()];
  }

  /** As it is now, for another process to start with. */
  copy(): SmallMemory {
    const copy = new SmallMemory();
    for (const [key, value] of this.rows) copy.rows.set(key, value);
    for (const [asked, account] of this.accounts) copy.accounts.set(asked, account);
    for (const [id, outgoing] of this.sent) copy.sent.set(id, outgoing);
    return copy;
  }
}
