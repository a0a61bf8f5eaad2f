import { withDeadline } from '../../../async/deadline';
import { deferred } from '../../../async/deferred';
import { sleep } from '../../../async/sleep';
import { tellUntilStored } from '../../tell-until-stored';
import type { LinkState } from '../../transport';
import { Devices, type Device } from '../keys/device';
import type { DeviceState } from '../keys/device-state';
import { connect } from './connect';
import type { Connection } from './connection';
import type { LinkDependencies } from './link-dependencies';
import { linkDown, noAnswer } from './link-down';
import { LinkingWindow } from './linking-window';
import { afterClose, pauseBefore } from './reconnect-policy';
import { Restriction } from './restriction';
import { unlink } from './unlink';
import * as words from './link-messages';

/** One session's link: its device, the socket that it has at the moment, and what follows when that closes. */
export class Link {
  state: LinkState = 'disconnected';
  connection: Connection | null = null;
  private device: Device | null = null;
  private ready = false;
  private failures = 0;
  private closed = false;
  private cancelRetry: () => void = () => {};
  private readonly settled = deferred();
  private lastTold = '';
  /** Settled when nothing is left of the device before. */
  private forgotten: Promise<void> = Promise.resolve();
  private readonly devices: Devices;
  private readonly window: LinkingWindow;
  private readonly restriction: Restriction;

  /** @param phone E.164 of the number that the session has had; only that one may be linked to it. */
  constructor(
    private phone: string | null,
    private readonly deps: LinkDependencies,
  ) {
    const { baileys, memory, timers, log, clock, timing } = deps;
    this.devices = new Devices(baileys, memory, timers, log, deps.opened);
    this.window = new LinkingWindow(timers, timing, () => this.stopLinking());
    this.restriction = new Restriction(
      clock,
      timers,
      () => this.connection?.socket.fetchAccountReachoutTimelock() ?? Promise.resolve(),
      () => this.ready && this.tellUp(),
    );
  }

  /** Finds out which device the session has. */
  load(): Promise<void> {
    return tellUntilStored(this.deps.timers, async () => {
      this.device = await this.devices.load();
    });
  }

  /** Resolves at the first state that waits for somebody else. */
  open(): Promise<void> {
    if (this.closed) this.settled.resolve();
    else if (this.device) this.connect();
    else if (this.phone === null) this.startLinking();
    else this.tell('logged_out', words.KEYS_GONE);
    return this.settled.promise;
  }

  /** The socket, where messages can go through it. */
  get up(): Connection | null {
    return this.ready ? this.connection : null;
  }

  get writes(): DeviceState['writes'] | null {
    return this.device?.state.writes ?? null;
  }

  /** Our own account's two names. */
  get me(): { jid: string; lid: string | null } {
    const { me } = this.device?.state.creds ?? {};
    return { jid: me?.id ?? '', lid: me?.lid ?? null };
  }

  /** The number behind a LID, as far as this device has learned it. */
  phoneOfLid(lid: string): Promise<string | null> {
    return this.device?.signal.repository.lidMapping.getPNForLID(lid) ?? Promise.resolve(null);
  }

  onRestricted(): void {
    this.restriction.refused();
  }

  startLinking(): void {
    void this.forgotten.then(() => {
      if (this.closed || this.isLinked) return;
      this.window.open();
      if (!this.connection) this.connect();
    });
  }

  async pairingCode(phone: string): Promise<{ code: string; expiresAt: number }> {
    if (this.isLinked) throw words.alreadyLinked();
    if (this.phone !== null && this.phone !== phone) throw words.anotherPhone(this.phone);
    await this.forgotten;
    if (this.closed) throw linkDown();
    this.window.open();
    // A socket of its own, so that the code lives as long as it can.
    const connection = this.connect();
    await connection.whileUp(this.inTime(connection.firstQr, 'a code'));
    const code = await connection.whileUp(connection.socket.requestPairingCode(phone.slice(1)));
    return { code, expiresAt: this.deps.clock.now() + this.window.pairingCodeMs };
  }

  reconnect(): Promise<void> {
    if (!this.isLinked) return Promise.reject(words.notLinked());
    this.failures = 0;
    this.connect();
    return Promise.resolve();
  }

  async logOut(): Promise<void> {
    this.window.close();
    const whatsappKnows = await this.unlink();
    await this.forget(words.loggedOut(whatsappKnows));
  }

  async close(): Promise<void> {
    this.closed = true;
    this.drop();
    this.state = 'disconnected';
    this.settled.resolve();
    const { timing, clock } = this.deps;
    await Promise.race([this.writes?.flushed(), sleep(clock, timing.lastWriteMs)]);
    this.writes?.abandon();
  }

  /** A new socket in place of the one before. */
  private connect(): Connection {
    this.drop();
    const { deps } = this;
    const linking = !this.isLinked;
    // A pairing that was broken off leaves a name in the credentials, and WhatsApp lets none in with it.
    if (linking && (!this.device || this.device.state.creds.me)) this.device = this.devices.fresh();
    const device = this.device!;
    this.window.restart();
    this.tell(linking ? 'linking' : 'connecting', null);
    const connection: Connection = connect(deps, device, {
      onQr: (text) => deps.handlers.onQr?.(this.window.qr(text, deps.clock.now())),
      onPaired: () => this.paired(),
      onReady: () => void this.isReady(connection),
      onCreds: () => this.isOurs(device.state) && device.state.saveCreds(),
      onTimelock: (lock) => this.restriction.told(lock),
      onClose: (code) => this.hasClosed(code),
      onReceipt: deps.onReceipt,
      onMessage: deps.onMessage,
    });
    this.connection = connection;
    return connection;
  }

  private get isLinked(): boolean {
    return this.device?.state.isLinked ?? false;
  }

  /** Whether the phone that linked the device is the session's. */
  private isOurs(device: DeviceState): boolean {
    return this.phone === null || device.phone === null || device.phone === this.phone;
  }

  private paired(): void {
    this.failures = 0;
    this.window.close();
    this.deps.handlers.onQr?.(null);
  }

  private async isReady(connection: Connection): Promise<void> {
    const device = this.device!.state;
    if (!this.isOurs(device)) return this.refuse(device);
    const phone = device.phone!;
    this.failures = 0;
    this.phone = phone;
    this.deps.handlers.onLinked?.({ phone, pushName: nameOf(device) });
    // Before anything is sent: a message to a new contact would make a restriction worse.
    const asked = connection.socket.fetchAccountReachoutTimelock().catch(() => undefined);
    await connection.whileUp(this.inTime(asked, 'whether the account is restricted')).catch(() => undefined);
    if (this.connection !== connection || !connection.isUp) return;
    this.ready = true;
    this.tellUp();
  }

  private tellUp(): void {
    const { until } = this.restriction;
    if (until === null) return this.tell('connected', null);
    this.tell('restricted', words.RESTRICTED, until);
  }

  private hasClosed(code: number): void {
    this.connection = null;
    this.ready = false;
    const next = afterClose(code, this.failures);
    this.deps.log.info({ code, again: next.again }, 'a link has closed');
    if (!this.isLinked) return this.linkingClosed(next);
    if (next.state === 'logged_out') return void this.forget(next.reason);
    this.tell(next.state, next.reason);
    if (next.again === 'never') this.settled.resolve();
    else this.connectAgain(next.again === 'now');
  }

  /** Codes run out after a while: as long as somebody may be about to scan one, there are new ones. */
  private linkingClosed({ again, reason }: ReturnType<typeof afterClose>): void {
    this.deps.handlers.onQr?.(null);
    if (!this.window.isOpen) return;
    if (again !== 'never') return this.connectAgain(this.failures === 0);
    this.window.close();
    this.tell(this.phone === null ? 'unlinked' : 'logged_out', reason);
  }

  private connectAgain(atOnce: boolean): void {
    const pause = atOnce ? 0 : pauseBefore(this.failures, Math.random(), this.deps.timing);
    this.failures += 1;
    this.cancelRetry = this.deps.timers.after(pause, () => void this.connect());
  }

  private stopLinking(): void {
    if (this.isLinked) return;
    this.drop();
    this.deps.handlers.onQr?.(null);
    this.tell(this.phone === null ? 'unlinked' : 'logged_out', words.NOBODY_SCANNED);
  }

  private async refuse(device: DeviceState): Promise<void> {
    await this.unlink();
    await this.forget(words.wrongPhone(this.phone ?? '', device.phone ?? ''));
  }

  private unlink(): Promise<boolean> {
    const jid = this.device?.state.creds.me?.id;
    if (!this.connection || !jid || !this.isLinked) return Promise.resolve(false);
    return unlink(this.connection, jid, this.deps.timing.queryMs);
  }

  private async forget(reason: string | null): Promise<void> {
    this.drop();
    this.writes?.abandon();
    this.device = null;
    this.forgotten = tellUntilStored(this.deps.timers, () => this.deps.memory.forget());
    await this.forgotten;
    this.tell('logged_out', reason);
  }

  private drop(): void {
    this.cancelRetry();
    this.connection?.end();
    this.connection = null;
    this.ready = false;
  }

  private inTime<T>(answer: Promise<T>, what: string): Promise<T> {
    const { timers, timing } = this.deps;
    return withDeadline(
      timers,
      timing.queryMs,
      () => answer,
      () => noAnswer(what),
    );
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

function nameOf({ creds }: DeviceState): string | null {
  const name = creds.me?.name;
  // What a device calls itself before it has heard its account's name.
  return name && name !== '~' ? name : null;
}
