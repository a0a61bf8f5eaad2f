import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../engine/async/clock';
import { BurstRunner } from '../../../engine/bursts/burst-runner';
import { CHAT_HISTORY } from '../../../engine/chats/chat-history';
import type { BurstSettings } from '../../../engine/domain/bursts/burst-settings';
import { newId, newWireId } from '../../../engine/domain/ids';
import { START_WORDS, STOP_WORDS } from '../../../engine/domain/people/stop-words';
import { Encryption } from '../../../engine/encryption/encryption';
import { createTransact, type Transact } from '../../../engine/events/transact';
import { tellOverdue } from '../../../engine/inbound/awaited';
import { MediaLinks } from '../../../engine/inbound/media-links';
import { receiveInbound } from '../../../engine/inbound/receive-inbound';
import type { Database } from '../../../engine/store/sql/database';
import { ensureSandboxSession, listSessions, type SessionRow } from '../../../engine/store/tables/sessions';
import type { WebhookFilter, WebhookRow } from '../../../engine/store/tables/webhooks';
import type { Inbound } from '../../../engine/transport/transport';
import { createWebhook, editWebhook } from '../../../engine/webhooks/webhooks';
import type { EditWebhook } from '../../../engine/webhooks/webhook-schema';
import { FakeClock } from '../../support/clock/fake-clock';
import { freshDatabase, type DatabaseKind, type FreshDatabase } from '../../support/servers/fresh-database';
import { silentLog } from '../../support/servers/silent-log';

export const ADA = '14155551234@c.us';
export const ADA_LID = '123456789012345@lid';
export const BOB = '14155550002@c.us';
export const GROUP = '120363000000000001@g.us';

/** A burst as it was told to a webhook. */
export interface ToldBurst {
  webhook: string;
  /** Epoch milliseconds. */
  at: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into any event
  data: any;
}

/** What receives messages and tells bursts, over a real database, at a time that only the test moves. */
export class BurstWorld {
  readonly clock = new FakeClock();
  readonly database: Database;
  readonly transact: Transact;
  readonly runner: BurstRunner;
  readonly encryption = new Encryption(randomBytes(32));
  readonly mediaLinks = new MediaLinks(this.encryption, this.clock, Promise.resolve('http://127.0.0.1'));
  readonly optOuts = { stop: STOP_WORDS, start: START_WORDS, reply: null };

  private constructor(
    readonly fresh: FreshDatabase,
    readonly session: SessionRow,
  ) {
    this.database = fresh.database;
    this.transact = createTransact(this.database, this.clock, { onDeliveries() {}, onWake() {} });
    this.runner = this.newRunner();
  }

  static async open(kind: DatabaseKind): Promise<BurstWorld> {
    const fresh = await freshDatabase(kind);
    await ensureSandboxSession(fresh.database, newId('session'), '+15005550100', new Date());
    const [session] = await listSessions(fresh.database, 'test');
    return new BurstWorld(fresh, session!);
  }

  async close(): Promise<void> {
    await this.runner.close();
    await this.fresh.cleanup();
  }

  /** Forgets all that was received and told. */
  async empty(): Promise<void> {
    await this.database.query(
      'TRUNCATE webhooks, events, deliveries, bursts, burst_messages, inbound_messages, awaited_messages, person_names, takeovers',
    );
  }

  /** One that only looks when the test says so. */
  newRunner(): BurstRunner {
    const { database, transact, mediaLinks } = this;
    const clock: Clock = { now: () => this.clock.now(), after: () => () => undefined };
    return new BurstRunner({ database, transact, clock, log: silentLog, mediaLinks });
  }

  webhook(
    burst: Partial<BurstSettings>,
    more: { filter?: WebhookFilter; max_deliveries?: number; expires_at?: string } = {},
  ): Promise<WebhookRow> {
    const input = { url: 'http://127.0.0.1:9/', events: ['message.burst'], burst, ...more };
    return this.transact(async (work) => (await createWebhook(work, 'test', input, this.rules)).row);
  }

  edit(id: string, edit: EditWebhook): Promise<WebhookRow> {
    return this.transact((work) => editWebhook(work, 'test', id, edit, this.rules));
  }

  /** Somebody writes a text in their own chat, or does something else. @returns its wire id */
  async receives(chatId: string, text: string, more: Partial<Inbound> = {}): Promise<string> {
    const inbound: Inbound = {
      ...{ kind: 'message', type: 'text', text, id: newWireId(), chatId, names: [chatId] },
      ...{ fromName: null, isGroup: chatId === GROUP, targetWireId: null, media: null },
      from: chatId.endsWith('@c.us') ? `+${chatId.slice(0, -5)}` : null,
      at: this.clock.now(),
      ...more,
    };
    await receiveInbound({ ...this, history: CHAT_HISTORY }, this.session, inbound);
    return inbound.id;
  }

  tellOverdue(): Promise<void> {
    return tellOverdue({ ...this, history: CHAT_HISTORY });
  }

  /** Lets time pass, and looks. */
  async passes(seconds: number): Promise<void> {
    this.clock.advance(seconds * 1000);
    await this.runner.look();
  }

  /** The bursts that were told to webhooks, in order. */
  async told(): Promise<ToldBurst[]> {
    const rows = await this.database.query<{ webhook_id: string; created_at: Date; data: string }>(
      `SELECT d.webhook_id, e.created_at, e.data FROM events e JOIN deliveries d ON d.event_id = e.id
       WHERE e.type = 'message.burst' ORDER BY e.id`,
    );
    return rows.map(({ webhook_id: webhook, created_at: at, data }) => ({
      ...{ webhook, at: at.getTime(), data: JSON.parse(data) },
    }));
  }

  /** Only the texts. */
  async texts(): Promise<string[]> {
    return (await this.told()).map(({ data }) => data.text);
  }

  private get rules() {
    return { encryption: this.encryption, targets: 'any' as const, most: 500 };
  }
}
