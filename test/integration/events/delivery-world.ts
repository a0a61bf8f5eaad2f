import { randomBytes } from 'node:crypto';
import type { Mode } from '../../../engine/domain/mode';
import { DeliveryRunner } from '../../../engine/events/delivery-runner';
import { createPoster, type Poster } from '../../../engine/events/post-event';
import {
  createTransact,
  type NewEvent,
  type Transact,
  type WrittenDeliveries,
} from '../../../engine/events/transact';
import type { Database } from '../../../engine/store/sql/database';
import { Encryption } from '../../../engine/encryption/encryption';
import { openDatabase } from '../../../engine/store/open-database';
import type { WebhookRow } from '../../../engine/store/tables/webhooks';
import type { CreateWebhook, EditWebhook } from '../../../engine/webhooks/webhook-schema';
import { createWebhook, editWebhook, rotateSecret } from '../../../engine/webhooks/webhooks';
import { JumpingClock } from '../../support/clock/jumping-clock';
import { until } from '../../support/engine/until';
import { freshDatabase, type DatabaseKind, type FreshDatabase } from '../../support/servers/fresh-database';
import { silentLog } from '../../support/servers/silent-log';
import { Receiver } from './receiver';

export interface StoredDelivery {
  id: string;
  event_id: string;
  webhook_id: string;
  status: 'pending' | 'delivered' | 'failed' | 'held';
  attempts: number;
  next_attempt_at: Date | null;
  locked_until: Date | null;
  response_status: number | null;
  error: string | null;
}

/** The databases of this test file, which its worlds use in turn: opening one takes longer than most tests. */
const databases = new Map<DatabaseKind, FreshDatabase>();
afterAll(() => Promise.all([...databases.values()].map(({ cleanup }) => cleanup())));

async function emptyDatabase(kind: DatabaseKind): Promise<FreshDatabase> {
  const known = databases.get(kind);
  if (!known) {
    const fresh = await freshDatabase(kind);
    databases.set(kind, fresh);
    return fresh;
  }
  await known.database.query('TRUNCATE events, webhooks, deliveries, bursts, burst_messages');
  return known;
}

/** Webhooks and deliveries on a real database with real receivers; only the clock can be moved. */
export class DeliveryWorld {
  readonly encryption = new Encryption(randomBytes(32));
  readonly rules = { encryption: this.encryption, targets: 'any' as const, most: 500 };
  readonly transact: Transact;
  readonly poster: Poster;
  readonly runners: DeliveryRunner[] = [];
  /** Every moment for which a runner asked to be woken. */
  readonly armed: number[] = [];
  private readonly receivers: Receiver[] = [];
  private readonly closers: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly database: Database,
    readonly databaseUrl: string | null,
    readonly clock: JumpingClock,
  ) {
    this.transact = createTransact(database, clock, {
      claimNew: () => this.runners[0]?.claimNew() ?? null,
      onDeliveries: (written) => this.runners.forEach((runner, i) => this.tellOf(written, runner, i)),
      onWake: () => this.wake(),
    });
    this.poster = createPoster({ targets: 'any', version: 'test', clock });
    this.closers.push(() => this.poster.close());
  }

  /** Opens an empty world. Close the one before it first. */
  static async open(kind: DatabaseKind, hurry = 1): Promise<DeliveryWorld> {
    const { database, url } = await emptyDatabase(kind);
    return new DeliveryWorld(database, url, new JumpingClock(hurry));
  }

  async close(): Promise<void> {
    // First, so that an attempt whose receiver hangs is over at once.
    await Promise.all(this.receivers.splice(0).map((receiver) => receiver.stop()));
    await Promise.all(this.runners.splice(0).map((runner) => runner.close()));
    for (const close of this.closers.splice(0).reverse()) await close();
  }

  /** A runner over this world's database, or over one of its own. */
  addRunner(parts: { database?: Database; poster?: Poster } = {}): DeliveryRunner {
    const runner = new DeliveryRunner({
      database: this.database,
      clock: this.clock,
      log: silentLog,
      poster: this.poster,
      encryption: this.encryption,
      arm: (at) => void this.armed.push(at),
      ...parts,
    });
    this.runners.push(runner);
    return runner;
  }

  /** Another pool on the same server, as another process has it. */
  async secondDatabase(): Promise<Database> {
    const database = await openDatabase({ dataDir: '/', databaseUrl: this.databaseUrl!, log: silentLog });
    this.closers.push(() => database.close());
    return database;
  }

  async receiver(): Promise<Receiver> {
    const receiver = await new Receiver().start();
    this.receivers.push(receiver);
    return receiver;
  }

  webhook(
    input: Partial<CreateWebhook> & { url: string },
    mode: Mode = 'test',
  ): Promise<{ row: WebhookRow; secret: string }> {
    return this.transact((work) =>
      createWebhook(work, mode, { events: ['message.sent'], ...input }, this.rules),
    );
  }

  edit(id: string, edit: EditWebhook, mode: Mode = 'test'): Promise<WebhookRow> {
    return this.transact((work) => editWebhook(work, mode, id, edit, this.rules));
  }

  rotate(id: string): Promise<{ secret: string }> {
    return this.transact((work) => rotateSecret(work, 'test', id, this.rules));
  }

  /** Tells events, in one transaction. */
  tell(...events: Partial<NewEvent>[]): Promise<void> {
    return this.transact(async (work) =>
      work.tell(events.map((event) => ({ mode: 'test', type: 'message.sent', data: { n: 1 }, ...event }))),
    );
  }

  wake(): void {
    for (const runner of this.runners) runner.wake();
  }

  /** The first runner is in the process that wrote them. The others only look. */
  private tellOf(written: WrittenDeliveries, runner: DeliveryRunner, index: number): void {
    if (index === 0) runner.written(written);
    else runner.wake();
  }

  jump(ms: number): void {
    this.clock.jump(ms);
    this.wake();
  }

  deliveries(webhookId?: string): Promise<StoredDelivery[]> {
    return this.database.query<StoredDelivery>(
      'SELECT * FROM deliveries WHERE $1::text IS NULL OR webhook_id = $1 ORDER BY id',
      [webhookId ?? null],
    );
  }

  async webhookRow(id: string): Promise<WebhookRow> {
    const [row] = await this.database.query<WebhookRow>('SELECT * FROM webhooks WHERE id = $1', [id]);
    return row!;
  }

  /** Waits until no attempt is under way and none is due. */
  async quiet(): Promise<void> {
    await until('nothing is due', async () => {
      const due = await this.database.query(
        `SELECT d.id FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id
         WHERE d.status = 'pending' AND w.status = 'enabled' AND d.next_attempt_at <= $1`,
        [new Date(this.clock.now())],
      );
      return due.length === 0;
    });
  }
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
