import type { Agent } from 'node:https';
import type { Clock } from './async/clock';
import { lazy } from './async/lazy';
import type { Log } from './domain/log';
import { ProxyFault, type ProxyFaultWord } from './domain/proxy-fault';
import type { Encryption } from './encryption/encryption';
import { isProxy, readProxyUrl } from './network/proxy/proxy-url';
import type { OpenTunnel } from './network/proxy/tunnel';
import { LinkMemory } from './sending/link-memory';
import type { Database } from './store/sql/database';
import type { MediaSource, OpenFile } from './transport/media-source';
import type { Route, RouteOf } from './transport/route';
import type { TransportFactory } from './transport/transport';

/*
 * Everything that only linked numbers need is loaded from here, with the first session or file that needs it.
 * An engine without a linked number never loads Baileys, libsignal or sharp.
 */
const baileysTransport = lazy<typeof import('./transport/baileys/baileys-transport')>(
  require,
  './transport/baileys/baileys-transport',
);
const linkPreview = lazy<typeof import('./media/link-preview')>(require, './media/link-preview');
const baileysLibrary = lazy<typeof import('./transport/baileys/baileys')>(
  require,
  './transport/baileys/baileys',
);
const mediaSource = lazy<typeof import('./transport/baileys/inbound/media-source')>(
  require,
  './transport/baileys/inbound/media-source',
);
const openFile = lazy<typeof import('./media/open-file')>(require, './media/open-file');
const tunnels = lazy<typeof import('./network/proxy/tunnel')>(require, './network/proxy/tunnel');
const proxied = lazy<typeof import('./network/proxy/proxied-agents')>(
  require,
  './network/proxy/proxied-agents',
);

/** Where linked numbers connect if no other server is configured. */
const WHATSAPP = 'wss://web.whatsapp.com/ws/chat';
/** For WhatsApp's server to answer through a proxy that has a connection to it. */
const ANSWER_MS = 4_000;

export interface LinkedNumbersDependencies extends RouteOptions {
  database: Database;
  encryption: Encryption;
  log: Log;
}

/** The transports of linked numbers. */
export function createLinkedNumbers({
  database,
  encryption,
  log,
  ...options
}: LinkedNumbersDependencies): TransportFactory {
  let factory: TransportFactory | undefined;
  const create = (): TransportFactory =>
    baileysTransport().createBaileysFactory({
      socketUrl: options.socketUrl,
      memoryOf: (id) => new LinkMemory(database, encryption, options.clock, id),
      log,
      routeOf: createRoutes(options),
    });
  return (session, sessionClock) => (factory ??= create())(session, sessionClock);
}

export interface RouteOptions {
  clock: Clock;
  /** Null: WhatsApp itself. Then files are fetched from WhatsApp's own hosts only. */
  socketUrl: string | null;
  allowPrivateMedia: boolean;
  /** Trusts the media hosts of the WhatsApp simulator. */
  mediaAgent?: Agent;
}

/** How numbers reach WhatsApp and web pages. The direct route is one for all of them; each proxy has its own. */
export function createRoutes(options: RouteOptions): RouteOf {
  let direct: Route | undefined;
  return (proxy) => (proxy === null ? (direct ??= directRoute(options)) : proxiedRoute(proxy, options));
}

function directRoute(options: RouteOptions): Route {
  const { clock, allowPrivateMedia, mediaAgent } = options;
  return {
    ...fetching(options),
    previews: linkPreview().createPreviewSource({ allowPrivate: allowPrivateMedia }, clock),
    ...(mediaAgent ? { uploadAgent: mediaAgent } : {}),
  };
}

function proxiedRoute(proxy: string, options: RouteOptions): Route {
  const { clock, socketUrl, allowPrivateMedia } = options;
  const ca = caOf(options);
  const tunnel = tunnelTo(proxy, ca);
  const { proxiedAgent, proxiedDispatcher, reachThrough } = proxied();
  const server = new URL(socketUrl ?? WHATSAPP);
  return {
    ...fetching(options, tunnel),
    previews: linkPreview().createPreviewSource({ allowPrivate: allowPrivateMedia, tunnel }, clock),
    socketAgent: proxiedAgent(tunnel, server.protocol),
    uploadAgent: proxiedAgent(tunnel, 'https:', ca) as Agent,
    dispatcher: proxiedDispatcher(tunnel, ca),
    test: () => faultOf(reachThrough(tunnel, server, ANSWER_MS)),
  };
}

/** A proxy that can no longer be read leads nowhere: never to the direct way. */
function tunnelTo(proxy: string, ca: string | undefined): OpenTunnel {
  const read = readProxyUrl(proxy);
  if (!isProxy(read)) return () => Promise.reject(new ProxyFault('not_a_proxy'));
  return tunnels().tunnelThrough(read, ca === undefined ? {} : { ca });
}

const faultOf = (reached: Promise<void>): Promise<ProxyFaultWord | null> =>
  reached.then(
    () => null,
    (error: unknown) => {
      if (error instanceof ProxyFault) return error.word;
      throw error;
    },
  );

/** Fetches the files of received messages. @param tunnel absent: directly */
function fetching(options: RouteOptions, tunnel?: OpenTunnel): { openFile: OpenFile; files: MediaSource } {
  const { socketUrl } = options;
  const ca = caOf(options);
  const open = openFile().createOpenFile({
    allowPrivate: socketUrl !== null,
    ...(ca === undefined ? {} : { ca }),
    ...(tunnel ? { tunnel } : {}),
  });
  let source: MediaSource | undefined;
  const create = (): MediaSource =>
    mediaSource().createMediaSource({
      load: baileysLibrary().loadBaileys,
      openFile: open,
      anyHost: socketUrl !== null,
    });
  return { openFile: open, files: { open: (content) => (source ??= create()).open(content) } };
}

function caOf({ mediaAgent }: RouteOptions): string | undefined {
  const ca = mediaAgent?.options.ca;
  return typeof ca === 'string' ? ca : undefined;
}
