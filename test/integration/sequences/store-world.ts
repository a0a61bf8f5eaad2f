import { randomBytes } from 'node:crypto';
import { JumpingClock } from '../../support/clock/jumping-clock';
import { CHAT_HISTORY } from '../../../engine/chats/chat-history';
import { newId, newWireId } from '../../../engine/domain/ids';
import { START_WORDS, STOP_WORDS } from '../../../engine/domain/people/stop-words';
import { createTransact, type Transact } from '../../../engine/events/transact';
import { tellOverdue } from '../../../engine/inbound/awaited';
import { MediaLinks } from '../../../engine/inbound/media-links';
import { receiveHistory } from '../../../engine/inbound/receive-history';
import { receiveInbound } from '../../../engine/inbound/receive-inbound';
import { learnNames } from '../../../engine/people/learn-names';
import { createSequence } from '../../../engine/sequences/create-sequence';
import { CreateSequenceSchema } from '../../../engine/sequences/sequence-schema';
import { claimDue, type Look } from '../../../engine/sending/claim';
import { Lease } from '../../../engine/sending/lease';
import { Reports } from '../../../engine/sending/reports';
import type { Database } from '../../../engine/store/sql/database';
import { Encryption } from '../../../engine/encryption/encryption';
import type { Wanted } from '../../../engine/store/tables/lane-messages';
import type { MessageRow } from '../../../engine/store/tables/messages';
import { ensureSandboxSession, listSessions, type SessionRow } from '../../../engine/store/tables/sessions';
import type { SharedHistory } from '../../../engine/transport/older-messages';
import type { Inbound } from '../../../engine/transport/transport';
import { freshDatabase, type DatabaseKind, type FreshDatabase } from '../../support/servers/fresh-database';
import { silentLog } from '../../support/servers/silent-log';

/** The parts of an engine that change sequences, over a real database, each to be called at will. */
export class StoreWorld {
  readonly clock = new JumpingClock();
  readonly database: Database;
  readonly transact: Transact;
  readonly reports: Reports;
  /** What is written to a person who opts out. */
  optOutReply: string | null = null;
  private readonly encryption = new Encryption(randomBytes(32));

  private constructor(
    private readonly fresh: FreshDatabase,
    readonly session: SessionRow,
    readonly lease: Lease,
  ) {
    this.database = fresh.database;
    this.transact = createTransact(this.database, this.clock, { onDeliveries() {}, onWake() {} });
    this.reports = new Reports(session.id, this.transact, this.clock, silentLog, CHAT_HISTORY);
  }

  static async open(kind: DatabaseKind): Promise<StoreWorld> {
    const fresh = await freshDatabase(kind);
    const { database } = fresh;
    await ensureSandboxSession(database, newId('session'), '+15005550100', new Date());
    const [session] = await listSessions(database, 'test');
    const terms = { owner: 'test', alone: true, seconds: 15 };
    const lease = await Lease.acquire(database, session!.id, terms, new JumpingClock());
    return new StoreWorld(fresh, session!, lease!);
  }

  async close(): Promise<void> {
    await this.reports.close();
    await this.fresh.cleanup();
  }

  /** Starts a sequence of texts; `after` says when. */
  async create(to: string, after: string[], fields: object = {}): Promise<string> {
    const steps = after.map((time, index) => ({ type: 'text', text: `step ${index + 1}`, after: time }));
    const input = CreateSequenceSchema.parse({ to, steps, ...fields });
    const rules = { allowPrivateMedia: false, timezone: 'UTC' };
    const { row } = await this.transact((work) => createSequence(work, 'test', input, rules));
    return row.id;
  }

  claim(limit = 64): Promise<Look> {
    const limits = { rows: limit, claims: limit, markNewContacts: false };
    const wanted: Wanted = { exceptWhos: [], exceptCampaigns: [], lowest: 2, lowestOfNew: 2 };
    return claimDue(this.transact, this.lease, limits, wanted, () => Promise.resolve(true));
  }

  /** The server has accepted a message. */
  accepted({ wire_id: wireId }: MessageRow, disappearsInS?: number): Promise<void> {
    const receipt = { wireId, status: 'sent', at: this.clock.now(), disappearsInS } as const;
    return this.reports.add({ wireId, receipt });
  }

  /** Somebody writes to us, now and in their own chat where nothing else is said. */
  receive(
    phone: string | null,
    text: string,
    where: {
      chatId?: string;
      at?: number;
      names?: string[];
      name?: string;
      username?: string;
      author?: string;
      isAwaited?: true;
    } = {},
  ): Promise<void> {
    const { chatId = `${phone!.slice(1)}@c.us`, at = this.clock.now() } = where;
    const { names = [phone ? `${phone.slice(1)}@c.us` : chatId] } = where;
    return this.comesIn({
      kind: 'message',
      id: newWireId(),
      chatId,
      names,
      from: phone,
      fromName: where.name ?? null,
      username: where.username,
      author: where.author,
      isGroup: chatId.endsWith('@g.us'),
      targetWireId: null,
      type: 'text',
      text,
      media: null,
      isAwaited: where.isAwaited,
      at,
    });
  }

  /** Anything comes in. */
  async comesIn(inbound: Inbound): Promise<void> {
    const { transact, encryption } = this;
    const mediaLinks = new MediaLinks(encryption, this.clock, Promise.resolve('http://127.0.0.1'));
    const optOuts = { stop: STOP_WORDS, start: START_WORDS, reply: this.optOutReply };
    const deps = { transact, encryption, optOuts, mediaLinks, history: CHAT_HISTORY };
    await receiveInbound(deps, this.session, inbound);
  }

  /** The phone shares what it has of the past. @returns how many messages were stored */
  shares(shared: Partial<SharedHistory<Inbound>>): Promise<number> {
    const { transact, encryption } = this;
    const deps = { transact, encryption, history: CHAT_HISTORY, log: silentLog };
    return receiveHistory(deps, this.session, { messages: [], chats: [], people: [], ...shared });
  }

  /** Tells of messages whose content did not come. */
  tellOverdue(): Promise<void> {
    const { database, transact, clock, encryption } = this;
    const optOuts = { stop: STOP_WORDS, start: START_WORDS, reply: this.optOutReply };
    return tellOverdue({ database, transact, clock, encryption, optOuts, history: CHAT_HISTORY });
  }

  /** WhatsApp says that these chat ids are one account. */
  async learn(...names: string[]): Promise<void> {
    await this.transact((work) => learnNames(work, 'test', [names]));
  }

  /** Statuses of a sequence's messages, step by step. */
  async steps(id: string): Promise<MessageRow[]> {
    return this.database.query('SELECT * FROM messages WHERE sequence_id = $1 ORDER BY step', [id]);
  }

  async status(id: string): Promise<string> {
    const [row] = await this.database.query<{ status: string }>(
      'SELECT status FROM sequences WHERE id = $1',
      [id],
    );
    return row!.status;
  }

  /** Types of the events about this, in their order. */
  async told(id: string): Promise<string[]> {
    const rows = await this.database.query<{ type: string }>(
      'SELECT type FROM events WHERE subject_id = $1 ORDER BY id',
      [id],
    );
    return rows.map(({ type }) => type);
  }
}
