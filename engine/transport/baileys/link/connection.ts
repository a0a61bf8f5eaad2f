import type { EventEmitter } from 'node:events';
import type { Clock } from '../../../async/clock';
import { withDeadline } from '../../../async/deadline';
import { deferred } from '../../../async/deferred';
import { Timers } from '../../../async/timers';
import type { QuotaAnswer } from '../../../domain/pacing/quota';
import type { Route } from '../../route';
import { linkDown, type QrCode } from '../../transport';
import type { BinaryNode, ConnectionUpdate, MessageCap, Timelock, WASocket, WireMessage } from '../baileys';
import { chatSettings, type ChatSettings } from '../chats/chat-settings';
import type { ChatTimers } from '../chats/chat-timers';
import { askDefaultTimers } from '../chats/default-timers';
import { historyTimers } from '../chats/history-timers';
import { faultOf, noAnswer } from '../errors';
import { GroupCache } from '../groups/group-cache';
import { isGroupNotice } from '../inbound/group-change';
import { HistoryReader, type HistoryDependencies } from '../history/history-reader';
import { accountJid, userOf } from '../jids';
import type { Device } from '../keys/device';
import { dropRefusedKeys } from '../keys/refused-keys';
import { Backlog } from '../receiving/backlog';
import type { Incoming } from '../receiving/incoming';
import { keepGate } from '../receiving/stanza-gate';
import { Acks } from '../sending/acks';
import { LastChecks } from '../sending/last-checks';
import type { Timing } from '../timing';
import { closedBy, CONNECTION_LOST, refusedWith, type ClosedBy } from './closed-by';
import { pairingCodeLifeMs, qrLifeMs } from './linking-window';
import { quotaRefusal, readMessageCap } from './quota';
import { openSocket } from './open-socket';
import { socketStorage } from './socket-storage';
import { Watchdog } from './watchdog';

export interface ConnectionDependencies extends HistoryDependencies {
  clock: Clock;
  timing: Timing;
  /** Null: WhatsApp itself. */
  socketUrl: string | null;
  /** The one to take now. */
  route(): Route;
  /** Gets the messages and receipts. */
  incoming: Incoming;
  chatTimers: ChatTimers;
  /** The subject of a group was learned. */
  onGroupName(groupId: string, name: string): void;
  /** One of our messages, for a phone that could not decrypt it. */
  getMessage(wireId: string, connection: Connection): Promise<WireMessage | undefined>;
}

/** What a connection reports to the link. */
export interface ConnectionListener {
  onQr(qr: QrCode): void;
  /** A phone has linked the device. The server now closes this connection, for the device to log in. */
  onPaired(): void;
  /** Logged in, and everything received while offline is stored. */
  onCaughtUp(): void;
  onCreds(): void;
  onTimelock(lock: Timelock): void;
  /** Resolves when it is stored. */
  onQuota(answer: QuotaAnswer): Promise<void>;
  /** Called once. @param why see `closed-by.ts` */
  onClose(why: ClosedBy): void;
}

/** A message waits this long for an answer that it can do without. */
const PATIENCE_MS = 5_000;

/** One socket, from opening to end, with everything that ends with it. When it ends, all pending work on it fails. */
export class Connection {
  readonly socket: WASocket;
  readonly timers: Timers;
  readonly acks: Acks;
  readonly groups: GroupCache;
  readonly backlog = new Backlog();
  readonly history: HistoryReader;
  readonly lastChecks = new LastChecks();
  /** Whether messages may be sent: set by the link once it has checked that this is the session's number. */
  isReady = false;
  private readonly waiting = new Set<() => void>();
  private readonly watchdog: Watchdog;
  private readonly storage: ReturnType<typeof socketStorage>;
  private readonly firstQr = deferred();
  private qrCodes = 0;
  private closed = false;
  private loggedIn = false;
  private caughtUp = false;

  constructor(
    readonly device: Device,
    private readonly deps: ConnectionDependencies,
    private readonly listener: ConnectionListener,
  ) {
    const { baileys, timing, clock, socketUrl } = deps;
    this.socket = openSocket(baileys, {
      ...{ socketUrl, device, route: deps.route(), queryMs: timing.queryMs, qrMs: timing.qrMs },
      getMessage: ({ id }) => (id ? deps.getMessage(id, this) : Promise.resolve(undefined)),
      groupMetadata: (jid) => this.groups.get(jid),
      beforeSending: this.lastChecks.ask,
    });
    this.timers = new Timers(clock);
    this.acks = new Acks(clock);
    this.groups = new GroupCache(
      this.socket,
      clock,
      (pairs) => device.signal.learn(pairs),
      (group, name) => deps.onGroupName(group, name),
    );
    this.history = new HistoryReader(deps, this);
    this.storage = socketStorage(() => this.socket.authState.keys.isInTransaction());
    this.watchdog = new Watchdog(
      this.timers,
      timing.pingMs,
      () => this.ping(),
      () => this.finish({ code: CONNECTION_LOST }),
    );
    this.listen();
    this.watchdog.start();
  }

  get isUp(): boolean {
    return !this.closed;
  }

  /** The outcome of `work`, or `link_down` as soon as the connection ends. */
  whileUp<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(linkDown());
      if (this.closed) {
        // Nobody else listens to it: unhandled, its rejection would end the process.
        work.catch(() => undefined);
        return fail();
      }
      this.waiting.add(fail);
      work.then(resolve, reject).finally(() => this.waiting.delete(fail));
    });
  }

  /** As `whileUp`, but rejects with `late()` if the work takes longer than `limitMs`. */
  inTime<T>(work: Promise<T>, limitMs: number, late: () => Error): Promise<T> {
    return this.whileUp(withDeadline(this.timers, limitMs, () => work, late));
  }

  /** A code to type on the phone. @param phone E.164 of that phone */
  async pairingCode(phone: string): Promise<{ code: string; expiresAt: number }> {
    await this.inTime(this.firstQr.promise, this.deps.timing.queryMs, () => noAnswer('a code'));
    const code = await this.whileUp(this.socket.requestPairingCode(phone.slice(1)));
    return { code, expiresAt: this.deps.clock.now() + pairingCodeLifeMs(this.deps.timing.qrMs) };
  }

  /** Asks whether the account may write to new contacts. The answer comes to `onTimelock`. */
  async askTimelock(): Promise<void> {
    const asked = this.socket.fetchAccountReachoutTimelock();
    const late = (): Error => noAnswer('whether the account is restricted');
    await this.inTime(asked, this.deps.timing.queryMs, late).catch(() => undefined);
  }

  /** Asks how many new chats the account may start. Resolves when the answer is stored, or none came in time. */
  async askQuota(): Promise<void> {
    const at = this.deps.clock.now();
    const late = (): Error => noAnswer('how many new chats the account may start');
    const asked = this.inTime(this.socket.fetchNewChatMessageCap(), PATIENCE_MS, late);
    const answer = await asked.then((info) => readMessageCap(info, at), quotaRefusal);
    if (answer && !this.closed) await this.listener.onQuota(answer);
  }

  /** What a message must respect in the chat that it goes to. */
  settingsOf(jid: string): Promise<ChatSettings> {
    return chatSettings(jid, {
      group: (group) => this.groups.get(group),
      timers: this.deps.chatTimers,
      names: this.device,
      askDefaults: (person) => this.askDefaultTimers(person),
    });
  }

  /** Unlinks the device from the account. @returns whether WhatsApp has confirmed it */
  unlink(): Promise<boolean> {
    const attrs = { to: 's.whatsapp.net', type: 'set', xmlns: 'md' };
    const { jid } = this.device.me;
    const content = [{ tag: 'remove-companion-device', attrs: { jid, reason: 'user_initiated' } }];
    // Baileys' own `logout` does not wait for the answer.
    const query = this.socket.query({ tag: 'iq', attrs, content }, this.deps.timing.queryMs);
    return this.whileUp(query).then(
      (answer: unknown) => answer !== undefined,
      () => false,
    );
  }

  /** Ends it without calling `onClose`. */
  end(): void {
    if (this.closed) return;
    this.shut();
    void this.sayGoodbye();
  }

  private askDefaultTimers(person: string): Promise<number[] | null> {
    const asked = askDefaultTimers([accountJid(this.device.me.jid), person], this.socket);
    return this.inTime(asked, PATIENCE_MS, () => noAnswer('the default timer')).catch(() => null);
  }

  private listen(): void {
    const { ev, ws } = this.socket;
    const { incoming, chatTimers, log } = this.deps;
    keepGate(ws as unknown as EventEmitter, {
      onFrame: (frame) => {
        this.watchdog.hear();
        dropRefusedKeys(frame);
      },
      onReceipt: (stanza) => incoming.receipt(stanza, this),
      onMessage: (stanza) => incoming.message(stanza, this),
      onCall: (stanza) => incoming.call(stanza, this),
      onNotification: (stanza) => (isGroupNotice(stanza) ? incoming.groupNotice(stanza, this) : null),
      onFault: (error, event) =>
        log.warn({ fault: faultOf(error), event: event.split(',')[0] }, 'Baileys failed to handle a stanza'),
    });
    // Baileys listens to it too, and then `ws` leaves the connection open, for nobody to close.
    ws.on('unexpected-response', (_request: unknown, { statusCode }: { statusCode?: number }) =>
      this.finish(refusedWith(statusCode)),
    );
    ws.on('CB:notification,type:encrypt', (stanza: BinaryNode) => this.seeIdentity(stanza));
    ws.on('CB:notification,type:devices', (stanza: BinaryNode) => void this.forgetDevices(stanza));
    ws.on('CB:ack,class:message', (stanza: BinaryNode) => this.acks.receive(stanza));
    ev.on('messaging-history.set', ({ chats }) => {
      historyTimers(chats, this.device)
        .then((told) => chatTimers.learn(told))
        .catch((error: unknown) => log.warn({ err: error }, 'the timers of older chats could not be stored'));
    });
    ev.on('creds.update', () => this.closed || this.listener.onCreds());
    ev.on('message-capping.update', (info) => this.quotaTold(info));
    ev.on('connection.update', (update) => this.update(update));
  }

  /** What WhatsApp tells by itself may be a part. */
  private quotaTold(info: MessageCap): void {
    const answer = readMessageCap(info, this.deps.clock.now());
    if (this.closed || !this.isReady) return;
    void (answer ? this.listener.onQuota(answer) : this.askQuota());
  }

  /** Somebody has a new identity. Baileys comes first: it tells the account that we trust it, if a session is in use. */
  private seeIdentity(stanza: BinaryNode): void {
    const { content } = stanza;
    if (!Array.isArray(content) || !content.some(({ tag }) => tag === 'identity')) return;
    setImmediate(() => void this.usersIn(stanza).then((users) => this.device.signal.identityChanged(users)));
    // The devices that were linked to the old phone are gone.
    void this.forgetDevices(stanza);
  }

  /** Somebody's list of devices has changed. Baileys forgets the old one only under one of the account's names. */
  private async forgetDevices(stanza: BinaryNode): Promise<void> {
    for (const user of await this.usersIn(stanza)) await this.socket.userDevicesCache.del(user);
  }

  /** The users of all jids of the account that a notification is about. It names one, or two. */
  private async usersIn({ attrs: { from = '', lid } }: BinaryNode): Promise<Set<string>> {
    const named = [from, lid ?? from].map(userOf);
    const known = await Promise.all(named.map((user) => this.device.signal.usersOf(user)));
    return new Set([
      ...known.flatMap((users) => [...users]),
      ...named.flatMap((user) => this.groups.usersOf(user)),
    ]);
  }

  private update(update: ConnectionUpdate): void {
    if (this.closed) return;
    if (update.connection === 'close') return this.finish(closedBy(update.lastDisconnect?.error));
    if (update.qr) this.showQr(update.qr);
    if (update.isNewLogin) this.listener.onPaired();
    if (update.reachoutTimeLock) this.listener.onTimelock(update.reachoutTimeLock);
    this.loggedIn ||= update.connection === 'open';
    if (update.receivedPendingNotifications) void this.catchUp();
    this.tellCaughtUp();
  }

  private showQr(text: string): void {
    this.firstQr.resolve();
    this.qrCodes += 1;
    const { clock, timing } = this.deps;
    this.listener.onQr({ text, expiresAt: clock.now() + qrLifeMs(this.qrCodes, timing.qrMs) });
  }

  /** The server has sent everything received while offline; Baileys may still be decrypting it. */
  private async catchUp(): Promise<void> {
    await this.backlog.soFar(this.timers, this.deps.timing.awayMs);
    this.caughtUp = true;
    this.tellCaughtUp();
  }

  private tellCaughtUp(): void {
    if (this.closed || !this.loggedIn || !this.caughtUp) return;
    this.loggedIn = false;
    this.listener.onCaughtUp();
  }

  private ping(): void {
    const attrs = { to: 's.whatsapp.net', type: 'get', xmlns: 'w:p' };
    const content = [{ tag: 'ping', attrs: {} }];
    this.socket.query({ tag: 'iq', attrs, content }, this.deps.timing.pingMs).catch(() => undefined);
  }

  private finish(why: ClosedBy): void {
    if (this.closed) return;
    this.shut();
    this.cut();
    this.listener.onClose(why);
  }

  private shut(): void {
    this.closed = true;
    this.isReady = false;
    this.watchdog.stop();
    this.timers.stop();
    for (const fail of [...this.waiting]) fail();
    this.waiting.clear();
  }

  private async sayGoodbye(): Promise<void> {
    const goodbye = this.socket.end(undefined);
    // Baileys waits half a minute for an answer, which never comes on a dead link.
    const cancel = this.deps.clock.after(this.deps.timing.goodbyeMs, () => this.cut());
    await goodbye.catch(() => undefined);
    cancel();
    this.cut();
  }

  private cut(): void {
    const { ws } = this.socket;
    (ws as unknown as { socket: { terminate(): void } | null }).socket?.terminate();
    void this.socket.end(undefined);
    this.storage?.disable();
  }
}
