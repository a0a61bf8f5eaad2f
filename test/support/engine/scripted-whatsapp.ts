import type { Clock } from '../../../engine/async/clock';
import { isUp } from '../../../engine/domain/link-state';
import { newWireId } from '../../../engine/domain/ids';
import { quotaState, type QuotaAnswer } from '../../../engine/domain/pacing/quota';
import type { ActTarget, ChatAct } from '../../../engine/transport/chat-acts';
import {
  TransportError,
  type Group,
  type LinkedAccount,
  type Linking,
  type LinkState,
  type OutgoingMessage,
  type Transport,
  type TransportFactory,
  type TransportHandlers,
  type Typing,
} from '../../../engine/transport/transport';

/**
 * A WhatsApp that does what a test says, behind the transport port: for everything that depends on a link and not on
 * its wire. It outlives the engines that it is given to, as phones do.
 */
export class ScriptedWhatsApp {
  /** Who each session is, by its id. */
  readonly linked = new Map<string, LinkedAccount>();
  /** Numbers that have an account, in E.164. */
  readonly accounts = new Set<string>();
  groups: Group[] = [];
  /** The names of each account that has several: what a look-up tells. */
  names: string[][] = [];
  /** Called with each chat id that is looked up. */
  lookUp: (chatId: string) => Promise<void> = () => Promise.resolve();
  /** Every message that was accepted. */
  readonly sent: { sessionId: string; message: OutgoingMessage }[] = [];
  /** The quota of new chats of each session, by its id. */
  readonly quotas = new Map<string, ScriptedQuota>();
  /** How long it takes over an answer. */
  answerMs = 0;
  /** How long a code is good for. */
  codeMs = 60_000;
  /** How long until the first code is there. */
  firstCodeMs = 0;
  private readonly links = new Map<string, ScriptedLink>();

  /** For `parts.liveTransport`. */
  readonly factory: TransportFactory = (session, clock) => {
    const link = new ScriptedLink(this, session.id, clock, session.proxy);
    this.links.set(session.id, link);
    return link;
  };

  /** The link of a session in the process that opened it last. */
  link(sessionId: string): ScriptedLink {
    const link = this.links.get(sessionId);
    if (!link) throw new Error(`No process has opened ${sessionId}.`);
    return link;
  }

  /** The link that was opened last, of whichever session. */
  latest(): ScriptedLink {
    const [latest] = [...this.links.values()].slice(-1);
    if (!latest) throw new Error('No process has opened any.');
    return latest;
  }

  isOpen(sessionId: string): boolean {
    return this.links.get(sessionId)?.isOpen ?? false;
  }
}

/** A quota of new chats, which is enforced. Times in epoch milliseconds. */
export class ScriptedQuota {
  used = 0;
  /** Messages refused because of it. */
  refused = 0;
  /** How often it was asked for. */
  asked = 0;
  /** What is answered instead of the figures. */
  instead: QuotaAnswer | null = null;
  private readonly writtenTo = new Set<string>();

  constructor(
    public limit: number,
    public endsAt: number,
  ) {}

  answer(now: number): QuotaAnswer {
    this.asked += 1;
    const { limit, used, endsAt: resetsAt } = this;
    const figures = { limit, used, state: quotaState(limit, used, 'ok'), readAt: now };
    return this.instead ?? { is: 'quota', quota: { ...figures, resetsAt, cycleMs: null } };
  }

  /** Throws if this message is one too many. */
  count({ chatId }: OutgoingMessage): void {
    if (this.writtenTo.has(chatId)) return;
    if (this.used >= this.limit) {
      this.refused += 1;
      throw new TransportError('rejected_by_whatsapp:463', false);
    }
    this.used += 1;
    this.writtenTo.add(chatId);
  }

  /** Somebody wrote: a message to them starts no chat. */
  knows(chatId: string): void {
    this.writtenTo.add(chatId);
  }

  /** WhatsApp begins a new cycle. */
  renew(endsAt: number): void {
    Object.assign(this, { used: 0, endsAt });
  }
}

export class ScriptedLink implements Transport {
  state: LinkState = 'disconnected';
  /** What was asked of it, in order, such as `pairing code for +39…`. */
  readonly asked: string[] = [];
  /** Every proxy that it was told to take, the first when it was made. */
  readonly proxies: (string | null)[];
  /** Thrown by the next thing that is asked of it. */
  fault: Error | null = null;
  isOpen = false;
  /** What it sends arrives, but the link drops before the answer. */
  losesAnswers = false;
  typing?: (chatId: string, ms: number, kind: Typing) => Promise<void>;
  private codes = 0;
  private handlers: TransportHandlers | null = null;

  constructor(
    private readonly world: ScriptedWhatsApp,
    private readonly sessionId: string,
    private readonly clock: Clock,
    proxy: string | null = null,
  ) {
    this.proxies = [proxy];
  }

  readonly linking: Linking = {
    start: () => {
      this.asked.push('start');
      this.become('linking');
      this.clock.after(this.world.firstCodeMs, () => this.showNextCode());
    },
    pairingCode: async (phone) => {
      await this.answer(`pairing code for ${phone}`);
      this.become('linking');
      return { code: 'ABCD-2345', expiresAt: this.clock.now() + this.world.codeMs };
    },
    reconnect: async () => {
      await this.answer('reconnect');
      this.become('connecting');
      this.become('connected');
    },
    logOut: async () => {
      await this.answer('log out');
      this.logOutOnPhone('You logged out.');
    },
  };

  async open(handlers: TransportHandlers): Promise<void> {
    this.handlers = handlers;
    this.isOpen = true;
    const account = this.world.linked.get(this.sessionId);
    if (!account) return this.become('unlinked');
    handlers.onLinked?.(account);
    this.become('connecting');
    await this.askQuota();
    this.become('connected');
  }

  /** Answers with the quota, as it does on its own when that changes. */
  async askQuota(): Promise<void> {
    const quota = this.world.quotas.get(this.sessionId);
    if (quota) await this.handlers?.onQuota?.(quota.answer(this.clock.now()));
  }

  resume(): void {}

  act({ wireId }: ActTarget, { kind }: ChatAct): Promise<void> {
    return this.answer(`${kind} ${wireId}`);
  }

  async send(message: OutgoingMessage): Promise<{ at: number }> {
    if (!isUp(this.state)) throw new TransportError('link_down', true);
    this.world.quotas.get(this.sessionId)?.count(message);
    this.world.sent.push({ sessionId: this.sessionId, message });
    if (this.losesAnswers) {
      this.drop('The line was cut.');
      throw new TransportError('link_down', true);
    }
    return { at: this.clock.now() };
  }

  async useProxy(proxy: string | null): Promise<void> {
    this.proxies.push(proxy);
  }

  async testProxy(): Promise<'wrong_password' | null> {
    return this.proxies.at(-1)?.includes('wrong') ? 'wrong_password' : null;
  }

  /** The content of what is received here is its text. */
  async markRead(contents: readonly Uint8Array[]): Promise<void> {
    await this.answer(`mark read ${contents.map((content) => Buffer.from(content).toString()).join(', ')}`);
  }

  async lookUp(chatId: string): Promise<void> {
    this.asked.push(`look up ${chatId}`);
    if (this.state !== 'connected') throw new TransportError('link_down', true);
    await this.world.lookUp(chatId);
    const same = this.world.names.find((names) => names.includes(chatId));
    if (same) await this.handlers?.onNames({ same });
  }

  /** Somebody writes. @param names the chat ids that the message tells of its writer, the chat's own first */
  async receive(text: string, ...names: string[]): Promise<void> {
    const [chatId = ''] = names;
    this.world.quotas.get(this.sessionId)?.knows(chatId);
    await this.handlers?.onInbound({
      ...{ kind: 'message', type: 'text', text, id: newWireId(), chatId, names, at: this.clock.now() },
      ...{ from: null, fromName: null, isGroup: false, targetWireId: null, media: null },
      content: Buffer.from(text),
    });
  }

  async checkNumber(phone: string): Promise<{ exists: boolean; chatId: string | null }> {
    await this.answer(`check ${phone}`);
    const exists = this.world.accounts.has(phone);
    return { exists, chatId: exists ? `${phone.slice(1)}@c.us` : null };
  }

  async listGroups(): Promise<Group[]> {
    await this.answer('groups');
    return this.world.groups;
  }

  async close(): Promise<void> {
    this.isOpen = false;
    this.handlers = null;
  }

  /** The code changes, as it does every 20 seconds or so. @returns its text */
  showNextCode(): string {
    this.codes += 1;
    const text = `2@code-${this.codes},of,${this.sessionId}`;
    this.handlers?.onQr?.({ text, expiresAt: this.clock.now() + this.world.codeMs });
    return text;
  }

  /** The phone scans the code, or its owner types the pairing code. */
  scan(phone: string, pushName: string | null = null): void {
    const account = { phone, pushName };
    this.world.linked.set(this.sessionId, account);
    this.handlers?.onQr?.(null);
    this.handlers?.onLinked?.(account);
    this.become('connecting');
    this.become('connected');
  }

  /** Nobody scanned: it shows no more codes. */
  giveUp(reason: string): void {
    this.handlers?.onQr?.(null);
    this.become('unlinked', reason);
  }

  drop(reason: string): void {
    this.become('disconnected', reason);
  }

  logOutOnPhone(reason: string): void {
    this.world.linked.delete(this.sessionId);
    this.become('logged_out', reason);
  }

  /** @param restrictedUntil epoch milliseconds */
  become(state: LinkState, reason: string | null = null, restrictedUntil?: number): void {
    this.state = state;
    this.handlers?.onState(state, reason, restrictedUntil);
  }

  private async answer(what: string): Promise<void> {
    this.asked.push(what);
    const { fault } = this;
    this.fault = null;
    if (this.world.answerMs > 0) {
      await new Promise<void>((resolve) => this.clock.after(this.world.answerMs, resolve));
    }
    if (fault) throw fault;
    const isQuestion = what.startsWith('check') || what === 'groups';
    if (isQuestion && this.state !== 'connected') throw new TransportError('link_down', true);
  }
}
