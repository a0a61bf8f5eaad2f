import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../../chaos/seeded-random';
import { systemClock } from '../../../engine/async/clock';
import type { Encryption } from '../../../engine/encryption/encryption';
import { createTransact, type Transact } from '../../../engine/events/transact';
import { createKey } from '../../../engine/keys/keys';
import { createMessages } from '../../../engine/messages/create-messages';
import { editMessage } from '../../../engine/messages/edit-message';
import { CreateMessageSchema, EditMessageSchema } from '../../../engine/messages/message-schema';
import { createOptOut } from '../../../engine/opt-outs/opt-outs';
import { LinkMemory } from '../../../engine/sending/link-memory';
import { KnownSenders } from '../../../engine/sessions/senders';
import type { Database } from '../../../engine/store/sql/database';
import { say } from './recorded-process';

const DAY_MS = 86_400_000;
/** Keys that are written together. */
export const KEYS_TOGETHER = 12;

/** The engine's own services on its store, without the rest of an engine: nothing is sent. */
export class StoreWork {
  private readonly transact: Transact;
  private readonly senders: KnownSenders;
  private count = 0;

  constructor(
    private readonly database: Database,
    private readonly encryption: Encryption,
    private readonly random: SeededRandom,
    private readonly name: string,
  ) {
    this.transact = createTransact(database, systemClock, { onDeliveries() {}, onWake() {} });
    this.senders = new KnownSenders(database);
  }

  /** Does `acts` things, several at a time, and says each time what it was promised. */
  async run(acts: number): Promise<void> {
    let left = acts;
    const client = async (): Promise<void> => {
      while (left-- > 0) await this.actOnce();
    };
    const memory = sessionMemory(this.database, this.encryption);
    await Promise.all([
      client(),
      client(),
      client(),
      client(),
      this.writeKeys(memory, acts / 5),
      this.upkeep(acts),
    ]);
  }

  private async actOnce(): Promise<void> {
    const chance = this.random.next();
    if (chance < 0.6) await this.createMessages(1);
    else if (chance < 0.7) await this.createMessages(Math.ceil(this.random.between(2, 60)));
    else if (chance < 0.85) await this.createAndEdit();
    else if (chance < 0.93) await this.createKey();
    else await this.optOut();
    if (this.random.happens(0.1)) await sleep(this.random.between(0, 5));
  }

  /** All have the same text, which is their reference. */
  async createMessages(count: number): Promise<{ id: string; reference: string }> {
    const reference = this.next('message');
    const isDue = this.random.happens(0.5);
    say({ about: 'messages', reference, count, kept: false });
    const id = await this.transact(async (work) => {
      const inputs = Array.from({ length: count }, () =>
        CreateMessageSchema.parse({
          type: 'text',
          to: `+1500555${String(1000 + (this.count % 9000))}`,
          text: reference,
          reference,
          // One that is due has an event.
          send_at: isDue ? undefined : new Date(Date.now() + DAY_MS).toISOString(),
        }),
      );
      const rows = await createMessages(work, 'test', inputs, {
        senders: this.senders,
        allowPrivateMedia: false,
      });
      return rows[0]!.id;
    });
    say({ about: 'messages', reference, count, kept: true });
    return { id, reference };
  }

  private async createAndEdit(): Promise<void> {
    const { id, reference } = await this.createMessages(1);
    const text = `edited ${this.next('text')} ${'x'.repeat(this.random.between(0, 3000))}`;
    say({ about: 'edit', id, before: reference, text, kept: false });
    await this.transact((work) => editMessage(work, 'test', id, EditMessageSchema.parse({ text }), false));
    say({ about: 'edit', id, before: reference, text, kept: true });
  }

  private async createKey(): Promise<void> {
    const { row } = await this.transact((work) =>
      createKey(work.sql, { mode: 'test', name: this.next('key'), scopes: ['*'] }, work.now),
    );
    say({ about: 'key', hash: row.hash, kept: true });
  }

  private async optOut(): Promise<void> {
    const to = `+1415555${String(1000 + this.number())}`;
    await this.transact((work) => createOptOut(work, 'test', to));
    say({ about: 'opt-out', to, kept: true });
  }

  private async writeKeys(memory: LinkMemory, rounds: number): Promise<void> {
    for (let round = 1; round <= rounds; round += 1) {
      const keys = Array.from({ length: KEYS_TOGETHER }, (_, index) => ({
        type: this.name,
        id: String(index),
        value: Buffer.concat([Buffer.from(`${round} `), randomBytes(200)]),
      }));
      say({ about: 'session-keys', name: this.name, round, kept: false });
      await memory.write(keys);
      say({ about: 'session-keys', name: this.name, round, kept: true });
    }
  }

  /** What the engine does from time to time, and what fills its log. */
  private async upkeep(acts: number): Promise<void> {
    for (let round = 0; round < acts / 40; round += 1) {
      await sleep(this.random.between(5, 60));
      const statement = this.random.pick([
        'CHECKPOINT',
        'SELECT pg_switch_wal()',
        'VACUUM messages',
        'ANALYZE events',
      ]);
      await this.database.query(statement);
    }
  }

  private next(what: string): string {
    return `${this.name}-${what}-${this.number()}`;
  }

  private number(): number {
    return (this.count += 1);
  }
}

/** The memory of a session that exists in every store. */
export function sessionMemory(database: Database, encryption: Encryption): LinkMemory {
  return new LinkMemory(database, encryption, systemClock, SESSION);
}

export const SESSION = 'ses_power_cut';

export async function addSession(database: Database): Promise<void> {
  await database.query(
    `INSERT INTO sessions (id, mode, state, created_at) VALUES ($1, 'live', 'unlinked', now()) ON CONFLICT DO NOTHING`,
    [SESSION],
  );
}
