import type { Agent } from 'node:https';
import type { Clock } from '../../async/clock';
import type { Log } from '../../domain/log';
import type { PreviewSource } from '../preview-source';
import type { SessionMemory } from '../session-memory';
import { tellUntilStored } from '../tell-until-stored';
import { deferred } from '../../async/deferred';
import { Timers } from '../../async/timers';
import {
  type Group,
  type Linking,
  type LinkState,
  type OutgoingMessage,
  type Transport,
  type TransportFactory,
  type TransportHandlers,
} from '../transport';
import { loadBaileys, type Baileys } from './baileys';
import { rebuildWireMessage } from './content/build-wire-message';
import type { WireTools } from './content/wire-tools';
import { listGroups } from './groups';
import { readStanza } from './inbound/read-stanza';
import type { Connection } from './link/connection';
import { Link } from './link/link';
import { linkDown } from './link/link-down';
import { Opening, type Arrival } from './receiving/opening';
import { receiptsOf, timeOf, wireIdsOf } from './receiving/receipts-of';
import { storeInbound } from './receiving/store-inbound';
import { failureOf } from './sending/failure-of';
import { FindAccount } from './sending/find-account';
import { HandOver } from './sending/hand-over';
import { Recipients } from './sending/recipients';
import { showTyping } from './sending/show-typing';
import { TIMING, type Timing } from './timing';

export interface BaileysOptions {
  /** Null: WhatsApp itself. */
  socketUrl: string | null;
  memoryOf(sessionId: string): SessionMemory;
  log: Log;
  /** Pages and pictures for the previews of links. */
  previews: PreviewSource;
  /** For media hosts under a private authority. */
  fetchAgent?: Agent;
  timing?: Partial<Timing>;
}

/** What there is once Baileys has been loaded. */
interface Parts {
  baileys: Baileys;
  link: Link;
  handOver: HandOver;
  recipients: Recipients;
}

/** A linked number: the port on real WhatsApp. Serves one opening. */
class BaileysTransport implements Transport {
  readonly linking: Linking = {
    start: () => void this.opened.promise.then(({ link }) => link.startLinking()),
    pairingCode: async (phone) => (await this.opened.promise).link.pairingCode(phone).catch(rethrow),
    reconnect: async () => (await this.opened.promise).link.reconnect(),
    logOut: async () => (await this.opened.promise).link.logOut(),
  };
  private readonly timers: Timers;
  private readonly memory: SessionMemory;
  private readonly timing: Timing;
  private parts: Parts | null = null;
  private closed = false;
  private readonly ended = deferred();
  private readonly opened = deferred<Parts>();

  constructor(
    private readonly session: { id: string; phone: string | null },
    private readonly clock: Clock,
    private readonly options: BaileysOptions,
  ) {
    this.timers = new Timers(clock);
    this.memory = options.memoryOf(session.id);
    this.timing = { ...TIMING, ...options.timing };
  }

  get state(): LinkState {
    return this.parts?.link.state ?? 'disconnected';
  }

  async open(handlers: TransportHandlers): Promise<void> {
    const baileys = await loadBaileys();
    if (this.closed) return;
    const parts = this.makeParts(baileys, handlers);
    this.parts = parts;
    await Promise.race([parts.link.load(), this.ended.promise]);
    if (this.closed) return;
    const opened = parts.link.open();
    this.opened.resolve(parts);
    await opened;
  }

  /** WhatsApp's server remembers what it was given. */
  resume(): void {}

  send(message: OutgoingMessage): Promise<{ at: number }> {
    const { parts } = this;
    return parts ? parts.handOver.send(message, parts.link.up) : Promise.reject(linkDown());
  }

  typing(chatId: string, ms: number): Promise<void> {
    return this.ask(async (connection, { recipients }) =>
      showTyping(connection, await recipients.jidOf(chatId, connection), ms),
    );
  }

  async checkNumber(phone: string): Promise<{ exists: boolean; chatId: string | null }> {
    const asked = `${phone.replace(/^\+/, '')}@c.us`;
    const chatId = await this.ask((connection, { recipients }) => recipients.accountOf(asked, connection));
    return { exists: chatId !== null, chatId };
  }

  listGroups(): Promise<Group[]> {
    return this.ask(listGroups);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.ended.resolve();
    await this.parts?.link.close();
    this.timers.stop();
  }

  private async ask<T>(question: (connection: Connection, parts: Parts) => Promise<T>): Promise<T> {
    const { parts } = this;
    const connection = parts?.link.up;
    if (!parts || !connection) throw linkDown();
    return connection.whileUp(question(connection, parts)).catch(rethrow);
  }

  private makeParts(baileys: Baileys, handlers: TransportHandlers): Parts {
    const { clock, timers, timing, memory } = this;
    const { log: allLog, previews, socketUrl, fetchAgent } = this.options;
    const log = logOf(allLog, this.session.id);
    const recipients = new Recipients(baileys, new FindAccount(memory, clock, log));
    const wireTools = (connection: Connection): WireTools => ({
      baileys,
      memory,
      previews,
      me: link.me,
      resolve: (chatId) => recipients.jidOf(chatId, connection),
      upload: connection.socket.waUploadToServer,
    });
    const store = async ({ stanza }: Arrival<Connection>, plain: Uint8Array): Promise<void> => {
      const message = openedMessage(baileys, plain);
      if (!message || stanza.attrs.category === 'peer') return;
      const at = timeOf(stanza.attrs.t, clock.now());
      await storeInbound(
        () =>
          readStanza(stanza, message, {
            baileys,
            memory,
            me: link.me,
            phoneOfLid: (lid) => link.phoneOfLid(lid),
          }),
        (inbound) => handlers.onInbound({ ...inbound, at }),
        () => memory.read('creds', []),
        timers,
        log,
      );
    };
    const opening = new Opening<Connection>(
      () => link.writes!,
      store,
      ({ stanza, connection }) => connection.away.settle(stanza),
    );
    const link: Link = new Link(this.session.phone, {
      ...{ baileys, memory, handlers, clock, timers, log, timing, socketUrl, fetchAgent },
      opened: (sealed, open) => opening.open(sealed, open),
      onMessage: (stanza, connection) => opening.note({ stanza, connection }),
      onReceipt: async (stanza, connection) => {
        for (const wireId of wireIdsOf(stanza)) connection.acks.accepted(wireId, stanza.attrs.t);
        const told = receiptsOf(stanza, clock.now()).map((receipt) =>
          tellUntilStored(connection.timers, () => handlers.onReceipt(receipt)),
        );
        await Promise.all(told);
      },
      getMessage: async (wireId) =>
        (link.connection && (await rebuildWireMessage(wireId, wireTools(link.connection)))) ?? undefined,
    });
    const room = (): Promise<void> => link.writes?.room() ?? Promise.resolve();
    const onRestricted = (): void => link.onRestricted();
    const handOver = new HandOver({ recipients, wireTools, room, onRestricted, log, timing });
    return { baileys, link, handOver, recipients };
  }
}

const rethrow = (error: unknown): never => {
  throw failureOf(error);
};

/** Null for what is no message at all; Baileys will find that out too, and ask for it again. */
function openedMessage({ proto, unpadRandomMax16 }: Baileys, plain: Uint8Array) {
  try {
    return proto.Message.decode(unpadRandomMax16(plain));
  } catch {
    return null;
  }
}

function logOf(log: Log, session: string): Log {
  return {
    info: (fields, message) => log.info({ session, ...fields }, message),
    warn: (fields, message) => log.warn({ session, ...fields }, message),
    error: (fields, message) => log.error({ session, ...fields }, message),
  };
}

/** Makes the transports of live sessions. Nothing of Baileys is loaded before one is opened. */
export function createBaileysFactory(options: BaileysOptions): TransportFactory {
  return (session, clock) => new BaileysTransport(session, clock, options);
}
