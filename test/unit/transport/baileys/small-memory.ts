import { createHmac } from 'node:crypto';
import type {
  KnownAccount,
  MemoryChange,
  Outgoing,
  SessionMemory,
} from '../../../../engine/transport/session-memory';

/** A session's memory for one test. The test adds what the engine would have stored. */
export class SmallMemory implements SessionMemory {
  readonly values = new Map<string, Uint8Array>();
  readonly sent = new Map<string, Outgoing>();
  readonly came = new Map<string, Uint8Array>();
  waited: Uint8Array[] = [];
  readonly accounts = new Map<string, KnownAccount>();

  async read(type: string, ids: string[]): Promise<Map<string, Uint8Array>> {
    const found = ids.flatMap((id) => {
      const value = this.values.get(`${type}/${id}`);
      return value ? [[id, value] as const] : [];
    });
    return new Map(found);
  }

  async list(type: string): Promise<Map<string, Uint8Array>> {
    const found = [...this.values].filter(([key]) => key.startsWith(`${type}/`));
    return new Map(found.map(([key, value]) => [key.slice(type.length + 1), value]));
  }

  async write(changes: MemoryChange[]): Promise<void> {
    for (const { type, id, value } of changes) {
      if (value) this.values.set(`${type}/${id}`, value);
      else this.values.delete(`${type}/${id}`);
    }
  }

  async forget(): Promise<void> {
    this.values.clear();
  }

  secretFor(wireId: string): Uint8Array {
    return createHmac('sha256', 'a session').update(wireId).digest();
  }

  async outgoing(wireId: string): Promise<Outgoing | null> {
    return this.sent.get(wireId) ?? null;
  }

  async inbound(chatId: string, wireId: string): Promise<Uint8Array | null> {
    return this.came.get(`${chatId}/${wireId}`) ?? null;
  }

  async awaited(): Promise<Uint8Array[]> {
    return this.waited;
  }

  async account(asked: string): Promise<KnownAccount | null> {
    return this.accounts.get(asked) ?? null;
  }

  async rememberAccount(asked: string, account: KnownAccount): Promise<void> {
    this.accounts.set(asked, account);
  }
}
