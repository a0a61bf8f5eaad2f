import type { EventEmitter } from 'node:events';
import type { BinaryNode, ConnectionUpdate, WASocket } from '../baileys';
import { storageOf } from '../keys/storage-of';
import { AwayBacklog } from '../receiving/away-backlog';
import { keepGate } from '../receiving/stanza-gate';
import { Acks } from '../sending/acks';
import { GroupCache } from '../sending/group-cache';
import { deferred } from '../../../async/deferred';
import { sleep } from '../../../async/sleep';
import { Timers } from '../../../async/timers';
import type { Clock } from '../../../async/clock';
import type { Timing } from '../timing';
import { linkDown } from './link-down';
import { Watchdog } from './watchdog';

/** What a connection tells whoever opened it. */
export interface ConnectionListener {
  onQr(text: string): void;
  /** A phone has linked the device; the server ends this connection now, for the device to come back as itself. */
  onPaired(): void;
  /** Logged in, and all that waited at WhatsApp is stored. */
  onReady(): void;
  onCreds(): void;
  onTimelock(lock: NonNullable<ConnectionUpdate['reachoutTimeLock']>): void;
  /** Told once. @param code see `reconnect-policy.ts` */
  onClose(code: number): void;
  onReceipt(stanza: BinaryNode, connection: Connection): Promise<void>;
  onMessage(stanza: BinaryNode, connection: Connection): void;
  onFault(error: unknown, event: string): void;
}

/** Baileys' own code for a connection that went away. */
const CONNECTION_LOST = 408;
const PING = { tag: 'ping', attrs: {} };

/** One socket, from its opening to its end. When it ends, everything that waits on it fails at once. */
export class Connection {
  readonly away = new AwayBacklog();
  readonly acks: Acks;
  readonly groups: GroupCache;
  readonly timers: Timers;
  private readonly waiting = new Set<() => void>();
  private readonly watchdog: Watchdog;
  private readonly storage: ReturnType<typeof storageOf>;
  private readonly qrSeen = deferred();
  /** Resolves when the server has offered to link the device. */
  readonly firstQr = this.qrSeen.promise;
  private closed = false;
  private loggedIn = false;
  private caughtUp = false;

  constructor(
    readonly socket: WASocket,
    private readonly listener: ConnectionListener,
    private readonly timing: Timing,
    private readonly clock: Clock,
  ) {
    this.timers = new Timers(clock);
    this.acks = new Acks(clock);
    this.groups = new GroupCache(socket, clock);
    this.storage = storageOf(() => socket.authState.keys.isInTransaction());
    this.watchdog = new Watchdog(
      this.timers,
      timing.pingMs,
      () => this.ping(),
      () => this.finish(CONNECTION_LOST),
    );
    this.listen();
    this.watchdog.start();
  }

  get isUp(): boolean {
    return !this.closed;
  }

  /** The outcome of `work`, or `link_down` as soon as the connection has ended. */
  whileUp<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(linkDown());
      if (this.closed) return fail();
      this.waiting.add(fail);
      work.then(resolve, reject).finally(() => this.waiting.delete(fail));
    });
  }

  /** Ends it, for a reason that whoever calls knows; `onClose` is not told. */
  end(): void {
    if (this.closed) return;
    this.shut();
    void this.sayGoodbye();
  }

  private listen(): void {
    const { ev, ws } = this.socket;
    const { listener } = this;
    keepGate(ws as unknown as EventEmitter, {
      onFrame: () => this.watchdog.hear(),
      onReceipt: (stanza) => listener.onReceipt(stanza, this),
      onMessage: (stanza) => {
        this.away.note(stanza);
        listener.onMessage(stanza, this);
      },
      onFault: (error, event) => listener.onFault(error, event),
    });
    ws.on('CB:ack,class:message', (stanza: BinaryNode) => this.acks.take(stanza));
    ev.on('creds.update', () => this.closed || listener.onCreds());
    ev.on('connection.update', (update) => this.update(update));
  }

  private update(update: ConnectionUpdate): void {
    if (this.closed) return;
    if (update.connection === 'close') return this.finish(codeOf(update.lastDisconnect?.error));
    if (update.qr) {
      this.qrSeen.resolve();
      this.listener.onQr(update.qr);
    }
    if (update.isNewLogin) this.listener.onPaired();
    if (update.reachoutTimeLock) this.listener.onTimelock(update.reachoutTimeLock);
    this.loggedIn ||= update.connection === 'open';
    if (update.receivedPendingNotifications) void this.catchUp();
    this.tellReady();
  }

  /** The server has sent all that waited there; Baileys may still be opening it. */
  private async catchUp(): Promise<void> {
    await Promise.race([this.away.empty(), sleep(this.timers, this.timing.awayMs)]);
    this.caughtUp = true;
    this.tellReady();
  }

  private tellReady(): void {
    if (this.closed || !this.loggedIn || !this.caughtUp) return;
    this.loggedIn = false;
    this.listener.onReady();
  }

  private ping(): void {
    const attrs = { to: 's.whatsapp.net', type: 'get', xmlns: 'w:p' };
    this.socket.query({ tag: 'iq', attrs, content: [PING] }, this.timing.pingMs).catch(() => undefined);
  }

  private finish(code: number): void {
    if (this.closed) return;
    this.shut();
    this.cut();
    this.listener.onClose(code);
  }

  private shut(): void {
    this.closed = true;
    this.watchdog.end();
    this.timers.stop();
    for (const fail of [...this.waiting]) fail();
    this.waiting.clear();
  }

  private async sayGoodbye(): Promise<void> {
    const goodbye = this.socket.end(undefined);
    // Baileys waits half a minute for an answer that a dead link does not give.
    const inTime = this.clock.after(this.timing.goodbyeMs, () => this.cut());
    await goodbye.catch(() => undefined);
    inTime();
    this.cut();
  }

  private cut(): void {
    const { ws } = this.socket;
    (ws as unknown as { socket: { terminate(): void } | null }).socket?.terminate();
    void this.socket.end(undefined);
    this.storage?.disable();
  }
}

/** Why a socket closed: Baileys' errors carry an HTTP-like status, a WebSocket's end is a bare number. */
function codeOf(error: unknown): number {
  if (typeof error === 'number') return error;
  const { output } = (error ?? {}) as { output?: { statusCode?: number } };
  return output?.statusCode ?? CONNECTION_LOST;
}
