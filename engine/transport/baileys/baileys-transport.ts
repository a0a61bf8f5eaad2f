import type { Clock } from '../../async/clock';
import { deferred } from '../../async/deferred';
import { sleep } from '../../async/sleep';
import { Timers } from '../../async/timers';
import { logWith, type Log } from '../../domain/log';
import type { ProxyFaultWord } from '../../domain/proxy-fault';
import type { ChannelAct, ChannelAnswers } from '../channel-acts';
import type { ActTarget, ChatAct } from '../chat-acts';
import type { GroupAct, GroupAnswers } from '../group-acts';
import type { LoadedOlder, OldestKnown } from '../older-messages';
import type { Route, RouteOf } from '../route';
import type { SessionMemory } from '../session-memory';
import {
  linkDown,
  type Accepted,
  type Group,
  type IncomingCall,
  type LearnedNames,
  type Linking,
  type LinkState,
  type OutgoingMessage,
  type Transport,
  type TransportFactory,
  type TransportHandlers,
  type TransportSession,
  type Typing,
} from '../transport';
import { actInChat } from './acts/act-in-chat';
import { loadBaileys, type Baileys } from './baileys';
import { actOnChannel } from './channels';
import { ChatTimers } from './chats/chat-timers';
import { ChannelUploads } from './content/channel-media';
import { rebuildWireMessage } from './content/build-wire-message';
import { reachableFile } from './content/reachable-file';
import { failureOf } from './errors';
import { actOnGroup, listGroups } from './groups/act-on-group';
import { loadOlder } from './history/load-older';
import { uploadAgain } from './inbound/upload-again';
import { chatIdOfPhone } from './jids';
import type { Connection } from './link/connection';
import { Link } from './link/link';
import { Incoming } from './receiving/incoming';
import { FindAccount } from './sending/find-account';
import { HandOver } from './sending/hand-over';
import { Recipients } from './sending/recipients';
import { TIMING, type Timing } from './timing';
import type { WireTools } from './tools';

export interface BaileysOptions {
  /** Null: WhatsApp itself. */
  socketUrl: string | null;
  memoryOf(sessionId: string): SessionMemory;
  log: Log;
  routeOf: RouteOf;
  timing?: Partial<Timing>;
}

/** The parts that exist once Baileys is loaded. */
interface Parts {
  link: Link;
  handOver: HandOver;
  recipients: Recipients;
  wireTools(connection: Connection): WireTools;
}

/** A linked number: the port to the real WhatsApp. It can be opened once. */
class BaileysTransport implements Transport {
  readonly linking: Linking = {
    start: () => void this.opened.promise.then(({ link }) => link.startLinking()),
    pairingCode: async (phone) => (await this.opened.promise).link.pairingCode(phone).catch(rethrow),
    reconnect: async () => (await this.opened.promise).link.reconnect(),
    logOut: async () => (await this.opened.promise).link.logOut(),
  };
  private readonly timers: Timers;
  private readonly timing: Timing;
  private parts: Parts | null = null;
  private route: Route;
  private closed = false;
  private readonly whenClosed = deferred();
  private readonly opened = deferred<Parts>();

  constructor(
    private readonly session: TransportSession,
    private readonly clock: Clock,
    private readonly options: BaileysOptions,
  ) {
    this.timers = new Timers(clock);
    this.timing = { ...TIMING, ...options.timing };
    this.route = options.routeOf(session.proxy ?? null);
  }

  get state(): LinkState {
    return this.parts?.link.state ?? 'disconnected';
  }

  async open(handlers: TransportHandlers): Promise<void> {
    const baileys = await loadBaileys();
    if (this.closed) return;
    const parts = this.makeParts(baileys, handlers);
    this.parts = parts;
    await Promise.race([parts.link.load(), this.whenClosed.promise]);
    if (this.closed) return;
    const opened = parts.link.open();
    this.opened.resolve(parts);
    await opened;
  }

  /** WhatsApp's server remembers the messages itself. */
  resume(): void {}

  send(message: OutgoingMessage): Promise<Accepted> {
    const { parts } = this;
    return parts ? parts.handOver.send(message, parts.link.ready) : Promise.reject(linkDown());
  }

  typing(chatId: string, ms: number, kind: Typing): Promise<void> {
    return this.ask(async (connection, { recipients }) => {
      const jid = await recipients.jidOf(chatId, connection);
      await connection.socket.sendPresenceUpdate(kind === 'voice' ? 'recording' : 'composing', jid);
      await sleep(connection.timers, ms);
      await connection.socket.sendPresenceUpdate('paused', jid);
    });
  }

  act(target: ActTarget, act: ChatAct, wireId: string): Promise<void> {
    const { clock, timing } = this;
    return this.ask((connection, parts) =>
      actInChat(target, act, wireId, connection, { ...parts, timing, now: () => clock.now() }),
    );
  }

  async askQuota(): Promise<void> {
    await this.parts?.link.ready?.askQuota();
  }

  rejectCall({ id, caller }: IncomingCall): Promise<void> {
    return this.ask(({ socket }) => socket.rejectCall(id, caller));
  }

  lookUp(chatId: string): Promise<void> {
    return this.ask((connection, { handOver }) => handOver.lookUp(chatId, connection));
  }

  async checkNumber(phone: string): Promise<{ exists: boolean; chatId: string | null }> {
    const chatId = await this.ask((connection, { recipients }) =>
      recipients.accountOf(chatIdOfPhone(phone), connection),
    );
    return { exists: chatId !== null, chatId };
  }

  listGroups(): Promise<Group[]> {
    return this.ask((connection) => listGroups(connection));
  }

  actOnGroup<Act extends GroupAct>(act: Act): Promise<GroupAnswers[Act['do']]> {
    return this.ask((connection, { recipients }) => actOnGroup(act, connection, recipients));
  }

  actOnChannel<Act extends ChannelAct>(act: Act): Promise<ChannelAnswers[Act['do']]> {
    return this.ask(({ socket }) => actOnChannel(act, socket));
  }

  async uploadAgain(content: Uint8Array): Promise<Uint8Array | null> {
    const baileys = await loadBaileys();
    return this.ask((connection) => uploadAgain(content, connection, this.timing.uploadMs, baileys));
  }

  async loadOlder(oldest: OldestKnown): Promise<LoadedOlder> {
    const baileys = await loadBaileys();
    const memory = this.options.memoryOf(this.session.id);
    const limitMs = this.timing.olderMs;
    return this.ask((connection, { recipients }) => {
      const jidOf = (chatId: string): Promise<string> => recipients.jidOf(chatId, connection);
      return loadOlder(oldest, { connection, memory, baileys, jidOf, limitMs });
    });
  }

  async markRead(contents: readonly Uint8Array[]): Promise<void> {
    const { proto } = await loadBaileys();
    const keys = contents.flatMap((content) => proto.WebMessageInfo.decode(content).key ?? []);
    await this.ask(({ socket }) => socket.readMessages(keys));
  }

  useProxy(proxy: string | null): Promise<void> {
    this.route = this.options.routeOf(proxy);
    this.parts?.link.routeChanged();
    return Promise.resolve();
  }

  testProxy(): Promise<ProxyFaultWord | null> {
    return this.route.test?.() ?? Promise.resolve(null);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.whenClosed.resolve();
    await this.parts?.link.close();
    this.timers.stop();
  }

  private async ask<T>(question: (connection: Connection, parts: Parts) => Promise<T>): Promise<T> {
    const { parts } = this;
    const connection = parts?.link.ready;
    if (!parts || !connection) throw linkDown();
    return connection.whileUp(question(connection, parts)).catch(rethrow);
  }

  private makeParts(baileys: Baileys, handlers: TransportHandlers): Parts {
    const { clock, timers, timing, session } = this;
    const { socketUrl } = this.options;
    const memory = this.options.memoryOf(session.id);
    const log = logWith(this.options.log, { session_id: session.id });
    const chatTimers = new ChatTimers(memory);
    const shared = { baileys, memory, handlers, clock, timers, log, timing, chatTimers };
    const recipients = new Recipients(
      new FindAccount(memory, clock, log, (learned) => handlers.onNames(learned)),
    );
    const wireTools = (connection: Connection): WireTools => ({
      ...{ baileys, memory, previews: this.route.previews, me: connection.device.me },
      resolve: (chatId) => recipients.jidOf(chatId, connection),
      settingsOf: async (chatId) => connection.settingsOf(await recipients.jidOf(chatId, connection)),
      upload: connection.socket.waUploadToServer,
      channelUploads: () => new ChannelUploads(connection.socket, this.route.uploadAgent),
      reachable: (content) =>
        reachableFile(content, {
          ...{ baileys, files: this.route.files },
          uploadAgain: (gone) => uploadAgain(gone, connection, timing.uploadMs, baileys),
        }),
    });
    const link = new Link(session.phone, {
      logoutReason: session.logoutReason ?? null,
      onGroupName: (groupId, name) => handlers.onGroupName?.(groupId, name),
      ...{ ...shared, socketUrl, incoming: new Incoming(shared) },
      route: () => this.route,
      openFile: (url) => this.route.openFile(url),
      anyHost: socketUrl !== null,
      getMessage: async (wireId, connection) =>
        (await rebuildWireMessage(wireId, wireTools(connection))) ?? undefined,
    });
    const onRestricted = (): void => link.onRestricted();
    const onNames = (learned: LearnedNames): Promise<void> => handlers.onNames(learned);
    const handOver = new HandOver({ recipients, wireTools, onRestricted, onNames, log, timing });
    return { link, recipients, handOver, wireTools };
  }
}

const rethrow = (error: unknown): never => {
  throw failureOf(error);
};

/** Makes the transports of live sessions. Baileys itself is loaded when the first one opens. */
export function createBaileysFactory(options: BaileysOptions): TransportFactory {
  return (session, clock) => new BaileysTransport(session, clock, options);
}
