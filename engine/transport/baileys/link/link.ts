import { deferred } from '../../../async/deferred';
import { sleep } from '../../../async/sleep';
import { Timers } from '../../../async/timers';
import { EARLY_LOGOUT_MS, earlyLogout } from '../../../domain/early-logout';
import { tellUntilStored } from '../../tell-until-stored';
import {
  linkDown,
  TransportError,
  type LinkState,
  type QrCode,
  type TransportHandlers,
} from '../../transport';
import { alreadyLinked, anotherPhone, notLinked } from '../errors';
import { chatIdOf } from '../jids';
import { Device, type DeviceDependencies } from '../keys/device';
import type { OnLids } from '../keys/signal-sessions';
import { askPhone } from '../receiving/ask-phone';
import type { ClosedBy } from './closed-by';
import { Connection, type ConnectionDependencies } from './connection';
import { LinkingWindow } from './linking-window';
import { afterClose, pauseBefore } from './reconnect-policy';
import { ASK_QUOTA_EVERY_MS } from './quota';
import { Restriction } from './restriction';
import { KEYS_GONE, loggedOut, NOBODY_SCANNED, RESTRICTED, wrongPhone } from './state-reasons';

export interface LinkDependencies
  extends Omit<ConnectionDependencies, 'log'>, Omit<DeviceDependencies, 'decryptAndStore' | 'onLids'> {
  handlers: TransportHandlers;
  /** Stopped when the transport closes. */
  timers: Timers;
  /** See `TransportSession`. */
  logoutReason: string | null;
}

/** A session's link: its device, its current connection, and what happens when that closes. */
export class Link {
  state: LinkState = 'disconnected';
  connection: Connection | null = null;
  private device: Device | null = null;
  /** How many connections in a row have closed before they were ready. */
  private failures = 0;
  private closed = false;
  private cancelRetry: () => void = () => {};
  private retries = false;
  /** Why no connection could be made the last time, if not by WhatsApp's doing. */
  private trouble: string | null = null;
  private readonly settled = deferred();
  private lastTold = '';
  /** Resolves when everything of the previous device is deleted. */
  private forgotten: Promise<void> = Promise.resolve();
  private readonly devices: DeviceDependencies;
  private readonly window: LinkingWindow;
  private readonly restriction: Restriction;

  /** @param phone E.164 of the number that the session has had, if any. No other phone may be linked to it. */
  constructor(
    private phone: string | null,
    private readonly deps: LinkDependencies,
  ) {
    const { timers, clock, timing, incoming } = deps;
    this.devices = {
      ...deps,
      decryptAndStore: incoming.decryptAndStore,
      onLids: (pairs) => this.tellNames(pairs),
    };
    this.window = new LinkingWindow(timers, timing.linkingMs, () => this.stopLinking());
    this.restriction = new Restriction(
      clock,
      timers,
      () => this.connection?.askTimelock() ?? Promise.resolve(),
      () => this.connection?.isReady && this.tellReady(),
    );
  }

  private tellNames(pairs: Parameters<OnLids>[0]): void {
    for (const { lid, pn } of pairs) {
      const same = [lid, pn].flatMap((jid) => chatIdOf(jid) ?? []);
      if (same.length === 2) void this.deps.handlers.onNames({ same });
    }
  }

  /** Loads the session's device from the store. */
  load(): Promise<void> {
    return tellUntilStored(this.deps.timers, async () => {
      this.device = await Device.load(this.devices);
    });
  }

  /** Resolves at the first state in which it waits: for messages, or for a person. */
  open(): Promise<void> {
    if (this.closed) this.settled.resolve();
    else if (this.device) this.connect();
    else if (this.phone === null) this.startLinking();
    else this.tell('logged_out', this.deps.logoutReason ?? KEYS_GONE);
    return this.settled.promise;
  }

  /** The connection, if messages can go through it. */
  get ready(): Connection | null {
    return this.connection?.isReady ? this.connection : null;
  }

  onRestricted(): void {
    this.restriction.refused();
    void this.connection?.askQuota();
  }

  startLinking(): void {
    void this.forgotten.then(() => {
      if (this.closed || this.isLinked) return;
      this.window.open();
      if (!this.connection) this.connect();
    });
  }

  async pairingCode(phone: string): Promise<{ code: string; expiresAt: number }> {
    if (this.isLinked) throw alreadyLinked();
    if (this.phone !== null && this.phone !== phone) throw anotherPhone(this.phone);
    await this.forgotten;
    if (this.closed) throw linkDown();
    this.window.open();
    // On a new socket, so that the code works for as long as possible.
    return this.connect()
      .pairingCode(phone)
      .catch((error: unknown) => {
        throw this.trouble === null ? error : new TransportError('no_way_out', true, this.trouble);
      });
  }

  /** Takes the new route at once, unless the link stays closed until somebody asks for it. */
  routeChanged(): void {
    if (this.closed || (!this.connection && !this.retries)) return;
    this.failures = 0;
    this.trouble = null;
    this.connect();
  }

  reconnect(): Promise<void> {
    if (!this.isLinked) return Promise.reject(notLinked());
    this.failures = 0;
    this.connect();
    return Promise.resolve();
  }

  async logOut(): Promise<void> {
    this.window.close();
    const whatsappKnows = await this.unlink();
    await this.forget(loggedOut(whatsappKnows));
  }

  async close(): Promise<void> {
    this.closed = true;
    this.drop();
    this.state = 'disconnected';
    this.settled.resolve();
    if (!this.device) return;
    const { writes } = this.device;
    const limit = new Timers(this.deps.clock);
    await Promise.race([writes.flushed(), sleep(limit, this.deps.timing.lastWriteMs)]);
    limit.stop();
    writes.abandon();
  }

  /** Replaces the connection with a new one. */
  private connect(): Connection {
    this.drop();
    if (!this.device || this.device.isSpent) this.device = Device.create(this.devices);
    const device = this.device;
    this.tell(device.isLinked ? 'connecting' : 'linking', this.trouble);
    const connection: Connection = new Connection(device, this.deps, {
      onQr: (qr) => this.showQr(qr),
      onPaired: () => this.paired(device),
      onCaughtUp: () => void this.caughtUp(connection),
      onCreds: () => this.isOurs(device) && device.saveCreds(),
      onTimelock: (lock) => this.restriction.told(lock),
      onQuota: (answer) => this.deps.handlers.onQuota?.(answer) ?? Promise.resolve(),
      onClose: (why) => this.hasClosed(why),
    });
    this.connection = connection;
    return connection;
  }

  private get isLinked(): boolean {
    return this.device?.isLinked ?? false;
  }

  /** Whether the phone that linked the device is the session's own. */
  private isOurs({ phone }: Device): boolean {
    return this.phone === null || phone === null || phone === this.phone;
  }

  private showQr(qr: QrCode): void {
    if (this.trouble !== null) this.tell('linking', null);
    this.trouble = null;
    this.deps.handlers.onQr?.(qr);
  }

  private paired(device: Device): void {
    this.failures = 0;
    device.pairedAt = this.deps.clock.now();
    if (this.isOurs(device)) device.saveCreds();
    this.window.close();
    this.deps.handlers.onQr?.(null);
  }

  private async caughtUp(connection: Connection): Promise<void> {
    const { device } = connection;
    if (!this.isOurs(device)) return this.refuse(device);
    const phone = device.phone!;
    this.failures = 0;
    this.trouble = null;
    this.phone = phone;
    this.deps.handlers.onLinked?.({ phone, pushName: device.pushName });
    // Before anything is sent: writing to a new contact would make a restriction worse.
    await Promise.all([connection.askTimelock(), connection.askQuota()]);
    if (this.connection !== connection || !connection.isUp) return;
    connection.isReady = true;
    this.tellReady();
    this.keepAskingQuota(connection);
    const { memory, baileys, log } = this.deps;
    askPhone(connection, memory, baileys).catch((error: unknown) =>
      log.warn({ err: error }, 'could not read which messages are awaited'),
    );
    connection.history
      .begin()
      .catch((error: unknown) => log.warn({ err: error }, 'could not read which histories came'));
  }

  private keepAskingQuota(connection: Connection): void {
    connection.timers.after(ASK_QUOTA_EVERY_MS, () => {
      void connection.askQuota();
      this.keepAskingQuota(connection);
    });
  }

  private tellReady(): void {
    const { until } = this.restriction;
    if (until === null) return this.tell('connected', null);
    this.tell('restricted', RESTRICTED, until);
  }

  private hasClosed(why: ClosedBy): void {
    this.connection = null;
    const next = afterClose(why, this.failures);
    this.trouble = why.fault === undefined ? null : next.reason;
    this.deps.log.info({ ...why, again: next.again }, 'a link has closed');
    if (!this.isLinked) return this.linkingClosed(next);
    if (next.state === 'logged_out') return void this.forget(this.earlyReason(why) ?? next.reason);
    this.tell(next.state, next.reason);
    if (next.again === 'never') this.settled.resolve();
    else this.connectAgain(next.again === 'now');
  }

  /** Null if it was not soon after linking. A 403 is about the account, not about where it connects from. */
  private earlyReason({ code }: ClosedBy): string | null {
    const afterMs = this.deps.clock.now() - (this.device?.pairedAt ?? -Infinity);
    if (code !== 401 || afterMs > EARLY_LOGOUT_MS) return null;
    return earlyLogout(afterMs, this.deps.route().socketAgent !== undefined);
  }

  /** A socket runs out of QR codes. While the window is open, a new one shows more. */
  private linkingClosed({ again, reason }: ReturnType<typeof afterClose>): void {
    this.deps.handlers.onQr?.(null);
    if (!this.window.isOpen) return;
    if (this.trouble !== null) this.tell('linking', this.trouble);
    if (again !== 'never') return this.connectAgain(this.failures === 0);
    this.window.close();
    this.tell(this.phone === null ? 'unlinked' : 'logged_out', reason);
  }

  private connectAgain(atOnce: boolean): void {
    const pause = atOnce ? 0 : pauseBefore(this.failures, Math.random(), this.deps.timing);
    this.failures += 1;
    this.retries = true;
    this.cancelRetry = this.deps.timers.after(pause, () => void this.connect());
  }

  private stopLinking(): void {
    if (this.isLinked) return;
    this.drop();
    this.deps.handlers.onQr?.(null);
    this.tell(this.phone === null ? 'unlinked' : 'logged_out', NOBODY_SCANNED);
  }

  private async refuse(device: Device): Promise<void> {
    await this.unlink();
    await this.forget(wrongPhone(this.phone ?? '', device.phone ?? ''));
  }

  private unlink(): Promise<boolean> {
    return this.connection && this.isLinked ? this.connection.unlink() : Promise.resolve(false);
  }

  /** Deletes the device. */
  private async forget(reason: string | null): Promise<void> {
    this.drop();
    this.device?.writes.abandon();
    this.device = null;
    this.forgotten = tellUntilStored(this.deps.timers, () => this.deps.memory.forget());
    this.deps.chatTimers.forget();
    await this.forgotten;
    this.tell('logged_out', reason);
  }

  private drop(): void {
    this.cancelRetry();
    this.retries = false;
    this.connection?.end();
    this.connection = null;
  }

  private tell(state: LinkState, reason: string | null, until: number | null = null): void {
    if (this.closed) return;
    this.state = state;
    const told = JSON.stringify([state, reason, until]);
    if (told !== this.lastTold) this.deps.handlers.onState(state, reason, until);
    this.lastTold = told;
    if (state !== 'connecting' && state !== 'disconnected') this.settled.resolve();
  }
}
