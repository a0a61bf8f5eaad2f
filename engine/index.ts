import { randomBytes } from 'node:crypto';
import type { Agent } from 'node:https';
import { hostname } from 'node:os';
import { createServer } from './api/server';
import { systemClock, type Clock } from './async/clock';
import { Closing } from './async/closing';
import { deferred } from './async/deferred';
import { BurstRunner } from './bursts/burst-runner';
import { BURSTS_LANE } from './bursts/collect-burst';
import { CampaignRunner } from './campaigns/campaign-runner';
import { CAMPAIGNS_LANE } from './campaigns/campaigns';
import { SharedCampaigns } from './campaigns/shared-campaigns';
import { chatHistory } from './chats/chat-history';
import type { EngineConfig } from './config';
import { removeEngineFile, writeEngineFile } from './data-folder/engine-file';
import type { Mode } from './domain/mode';
import { Encryption } from './encryption/encryption';
import { loadOrCreateEncryptionKey } from './encryption/encryption-key';
import { DeliveryRunner } from './events/delivery-runner';
import type { Poster } from './events/post-event';
import { posterOnDemand } from './events/poster-on-demand';
import { createTransact, type Transact } from './events/transact';
import { tellOverdue } from './inbound/awaited';
import { createOpenInboundMedia } from './inbound/inbound-media';
import { MediaLinks } from './inbound/media-links';
import { KnownKeys } from './keys/known-keys';
import { LocalKeys } from './keys/local-keys';
import { createLinkedNumbers, createRoutes, type RouteOptions } from './linked-numbers';
import { createLogger } from './observability/logger';
import { Metrics } from './observability/metrics';
import type { PacingSpeeds } from './pacing/pacing-rules';
import { finishErasures } from './people/erase-person';
import { prepareDatabase } from './prepare-database';
import { openWakeUps } from './queue/open-wake-ups';
import type { WakeUps } from './queue/wake-ups';
import { RecurrenceRunner } from './recurrences/recurrence-runner';
import { LaneKeeper } from './sending/lane-keeper';
import { LEASE_SECONDS } from './sending/lease';
import { createAskOwner } from './sessions/ask-owner';
import { KnownSenders } from './sessions/senders';
import { giveBackEnded } from './takeovers/give-back';
import type { EmbeddedPostgres } from './store/embedded/embedded-postgres';
import { createDatabase } from './store/open-database';
import type { Database } from './store/sql/database';
import type { AccountRow } from './store/tables/accounts';
import { createSandboxFactory } from './transport/sandbox/sandbox-transport';
import type { TransportFactory } from './transport/transport';
import { Sweep } from './upkeep/sweep';
import { VERSION } from './version';
import { WaitingReasons } from './waiting/waiting-reasons';
import { DELIVERIES_LANE } from './webhooks/webhooks';

/** A running engine. */
export interface Engine {
  /** Where it listens, e.g. `http://127.0.0.1:7717`. */
  url: string;
  /** Returns the API key that this process gives to tools on its own machine; created on the first call. */
  localKey(mode: Mode): Promise<string>;
  /** Resolves with the reason if the embedded database is lost. The process must then exit at once. */
  lost: Promise<Error>;
  /** Accepts no more work, lets what is running finish, and leaves the rest to the next start. */
  close(): Promise<void>;
}

/** Replacements for the real parts, for tests. */
export interface EngineParts {
  clock?: Clock;
  /** The transport of linked numbers; null if this process has none. */
  liveTransport?: TransportFactory | null;
  /** Trusts the media hosts of a simulated WhatsApp. */
  mediaAgent?: Agent;
  /** Wraps the transport of a mode, to watch or disturb it. */
  wrapTransport?: (factory: TransportFactory, mode: Mode) => TransportFactory;
  /** How long a process owns its sessions without renewing its leases. Usually 15; tests that wait for it use less. */
  leaseSeconds?: number;
  /** How long lost wake-ups stay lost. Usually 60, and less as above. */
  sweepSeconds?: number;
  /** How long the deliveries of a process that died are left to it. Usually 60, and less as above. */
  claimSeconds?: number;
}

/**
 * Starts an engine. This is the composition root, the only place that knows every part. It works in four stages, each
 * built on those before it: open the parts, build sending, build the API, start. If a stage fails, everything that is
 * open is closed again, in reverse order.
 * @param embedded the embedded database, if it is already opening; it is closed with the engine.
 * @throws DataFolderInUse, EngineError `unavailable`, or the system's error if the port is taken.
 */
export async function createEngine(
  config: EngineConfig,
  parts: EngineParts = {},
  embedded?: EmbeddedPostgres,
): Promise<Engine> {
  const log = createLogger(config.logLevel);
  const closing = new Closing((error) => log.error({ err: error }, 'a part did not close cleanly'));
  const address = deferred<string>();
  // If the start fails, nobody may be waiting.
  address.promise.catch(() => undefined);
  try {
    const opened = await openParts(config, parts, log, closing, address.promise, embedded);
    const sending = buildSending(opened, parts, closing);
    const api = await buildApi(opened, sending, parts, closing);
    const url = await start(opened, sending, api, closing, address.resolve);
    return {
      url,
      localKey: (mode) => api.localKeys.keyFor(mode),
      lost: opened.database.lost,
      close: () => closing.run(),
    };
  } catch (error) {
    address.reject(error);
    await closing.run();
    throw error;
  }
}

type Log = ReturnType<typeof createLogger>;

/** What `openParts` gives: everything that the other stages share. */
interface OpenedParts {
  config: EngineConfig;
  clock: Clock;
  log: Log;
  database: Database;
  /** Resolves when the database is ready to use; nothing may work before. */
  prepared: Promise<AccountRow>;
  encryption: Encryption;
  mediaLinks: MediaLinks;
  wakeUps: WakeUps;
  poster: Poster;
  metrics: Metrics;
}

/**
 * Opens what holds files and connections. The database opens while the rest of the engine is built, which makes starts
 * quick: the stages that follow only build, and `start` waits for `prepared` before anything works.
 */
async function openParts(
  config: EngineConfig,
  parts: EngineParts,
  log: Log,
  closing: Closing,
  address: Promise<string>,
  embedded?: EmbeddedPostgres,
): Promise<OpenedParts> {
  const clock = parts.clock ?? systemClock;
  const encryption = await loadEncryption(config).catch(async (error: unknown) => {
    await embedded?.close();
    throw error;
  });
  const database = createDatabase({ ...config, log, erasureKey: encryption.erasureKey(), embedded });
  closing.add(() => database.close());
  const prepared = prepareDatabase(database, config, new Date(clock.now()));
  // `start` reports a failure.
  prepared.catch(() => undefined);
  const wakeUps = await openWakeUps({ redisUrl: config.redisUrl, pool: database.pool, clock, log });
  closing.add(() => wakeUps.close());
  const metrics = new Metrics(database);
  const poster = posterOnDemand({ targets: config.webhookTargets, version: VERSION, clock });
  closing.add(() => poster.close());
  return {
    ...{ config, clock, log, database, prepared, encryption, wakeUps, metrics },
    mediaLinks: new MediaLinks(encryption, clock, address),
    poster: countAttempts(poster, metrics),
  };
}

async function loadEncryption({ dataDir, encryptionKey }: EngineConfig): Promise<Encryption> {
  return new Encryption(await loadOrCreateEncryptionKey(dataDir, encryptionKey));
}

/** What `buildSending` gives: everything that works on its own once started. */
interface Sending {
  transact: Transact;
  pacingSpeeds: PacingSpeeds;
  deliveries: DeliveryRunner;
  /** Closes with the deliveries: after the API and the lanes, which cause them. */
  delivering: Closing;
  /** Each looks after one kind of work from time to time. */
  runners: readonly { start(): void; close(): Promise<void> }[];
  lanes: LaneKeeper;
  sweep: Sweep;
}

/** Builds what sends messages and delivers events. None of it works yet. */
function buildSending(opened: OpenedParts, parts: EngineParts, closing: Closing): Sending {
  const { config, clock, log, database, encryption, wakeUps, metrics, mediaLinks } = opened;
  const deliveries = new DeliveryRunner({
    ...{ database, clock, log, encryption, poster: opened.poster },
    claimMs: parts.claimSeconds && parts.claimSeconds * 1000,
    arm(at) {
      wakeUps.arm(DELIVERIES_LANE, at).catch((error: unknown) => {
        log.warn({ err: error, lane: DELIVERIES_LANE }, 'a wake-up could not be armed; the sweep will');
      });
    },
  });
  // Lanes with a name of their own. Every other lane belongs to a session and has its id.
  const namedLanes: Record<string, (at: number) => void> = {
    [DELIVERIES_LANE]: (at) => deliveries.wake(at),
    [CAMPAIGNS_LANE]: () => campaigns.wake(),
    [BURSTS_LANE]: (at) => bursts.wake(at),
  };
  const transact = createTransact(database, clock, {
    onDeliveries: () => deliveries.wake(),
    onWake: (lane, at) => (namedLanes[lane] ? namedLanes[lane](at) : lanes.wake(lane, at)),
  });
  const shared = new SharedCampaigns(database, clock);
  const campaigns = new CampaignRunner({ database, transact, clock, log, shared });
  const bursts = new BurstRunner({ database, transact, clock, log, mediaLinks });
  const pacingSpeeds = config.pacing === 'on' ? { live: 1, test: config.sandboxSpeed } : null;
  const history = chatHistory(config.historyDays);
  const terms = {
    owner: `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`,
    alone: database.kind === 'embedded',
    seconds: parts.leaseSeconds ?? LEASE_SECONDS,
  };
  const lanes = new LaneKeeper(terms, createTransports(opened, parts), {
    ...{ database, transact, wakeUps, clock, log, encryption, mediaLinks, pacingSpeeds, history, shared },
    allowPrivateMedia: config.allowPrivateMedia,
    optOuts: config.optOuts,
    onHandOver: (seconds) => metrics.handOverLateness.observe(seconds),
  });
  const sweep = new Sweep({
    ...{ database, transact, clock, log },
    tellOverdue: () =>
      tellOverdue({ database, transact, clock, encryption, optOuts: config.optOuts, history }),
    giveBackChats: () => giveBackEnded(transact),
    finishErasures: () => finishErasures(database, transact, clock),
    historyDays: config.historyDays,
    async rearm() {
      await lanes.rearm();
      await deliveries.rearm();
    },
    rearmMs: parts.sweepSeconds && parts.sweepSeconds * 1000,
  });
  const delivering = closing.group();
  delivering.add(() => deliveries.close());
  closing.add(() => lanes.close());
  closing.add(() => sweep.close());
  const runners = [campaigns, bursts, new RecurrenceRunner({ database, transact, clock, log })];
  for (const runner of runners) closing.add(() => runner.close());
  return { transact, pacingSpeeds, deliveries, delivering, runners, lanes, sweep };
}

/** The transport of each mode; a mode without one is left to other processes. */
function createTransports(opened: OpenedParts, parts: EngineParts): Partial<Record<Mode, TransportFactory>> {
  const { config, database, encryption, log } = opened;
  const { liveTransport, wrapTransport = (factory: TransportFactory) => factory } = parts;
  const live =
    liveTransport === undefined
      ? createLinkedNumbers({ ...{ database, encryption, log }, ...routeOptions(opened, parts) })
      : liveTransport;
  return {
    test: wrapTransport(createSandboxFactory({ speed: config.sandboxSpeed }), 'test'),
    ...(live ? { live: wrapTransport(live, 'live') } : {}),
  };
}

function routeOptions({ config, clock }: OpenedParts, { mediaAgent }: EngineParts): RouteOptions {
  const { waSocketUrl: socketUrl, allowPrivateMedia } = config;
  return { clock, socketUrl, allowPrivateMedia, mediaAgent };
}

/** What `buildApi` gives. */
interface Api {
  server: Awaited<ReturnType<typeof createServer>>;
  senders: KnownSenders;
  localKeys: LocalKeys;
  /** Lets tools on this machine ask for keys. */
  controlToken: string;
}

/** Builds the HTTP server. It does not listen yet. */
async function buildApi(
  opened: OpenedParts,
  { transact, pacingSpeeds, deliveries }: Sending,
  parts: EngineParts,
  closing: Closing,
): Promise<Api> {
  const { config, clock, log, database, prepared, encryption, wakeUps, poster, metrics, mediaLinks } = opened;
  const routeOf = createRoutes(routeOptions(opened, parts));
  const senders = new KnownSenders(database);
  const askOwner = createAskOwner({ database, transact, clock });
  const localKeys = new LocalKeys(database, clock, config.dataDir);
  const controlToken = randomBytes(32).toString('base64url');
  const server = await createServer(
    {
      ...{ config, clock, database, transact, wakeUps, pacingSpeeds },
      ...{ encryption, poster, metrics, mediaLinks },
      waiting: new WaitingReasons(pacingSpeeds),
      ...{ senders, localKeys, controlToken, account: prepared },
      keys: new KnownKeys(database),
      askOwner,
      openInboundMedia: createOpenInboundMedia(
        database,
        encryption,
        (proxy) => routeOf(proxy).files,
        askOwner,
      ),
      wakeDeliveries: () => deliveries.wake(),
    },
    log,
  );
  closing.add(() => senders.close());
  closing.add(() => server.close());
  return { server, senders, localKeys, controlToken };
}

/** Starts everything, once the database is ready. @returns where the engine listens */
async function start(
  { config, clock, prepared, wakeUps }: OpenedParts,
  { deliveries, delivering, runners, lanes, sweep }: Sending,
  { server, senders, localKeys, controlToken }: Api,
  closing: Closing,
  tellAddress: (url: string) => void,
): Promise<string> {
  await prepared;
  await senders.open();
  await localKeys.endOld();
  const url = await server.listen({ host: config.host, port: config.port });
  tellAddress(config.publicUrl ?? url);
  delivering.add(await wakeUps.work(DELIVERIES_LANE, () => deliveries.wake()));
  await lanes.start();
  await sweep.start();
  for (const runner of runners) runner.start();
  writeEngineFile(config.dataDir, {
    url,
    pid: process.pid,
    version: VERSION,
    control_token: controlToken,
    started_at: new Date(clock.now()).toISOString(),
  });
  closing.add(() => removeEngineFile(config.dataDir));
  return url;
}

function countAttempts(poster: Poster, metrics: Metrics): Poster {
  return {
    ...poster,
    async post(event) {
      const result = await poster.post(event);
      metrics.deliveryAttempts.inc({ outcome: result.ok ? 'delivered' : 'failed' });
      return result;
    },
  };
}
