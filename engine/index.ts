import { randomBytes } from 'node:crypto';
import type { Agent } from 'node:https';
import { hostname } from 'node:os';
import { createServer } from './api/server';
import { CampaignRunner } from './campaigns/campaign-runner';
import { CAMPAIGNS_LANE } from './campaigns/campaigns-lane';
import type { EngineConfig } from './config';
import { systemClock, type Clock } from './async/clock';
import { newId } from './domain/ids';
import type { Mode } from './domain/mode';
import { removeEngineFile, writeEngineFile } from './data-folder/engine-file';
import { DeliveryRunner } from './events/delivery-runner';
import type { Poster } from './events/post-event';
import { posterOnDemand } from './events/poster-on-demand';
import { createTransact } from './events/transact';
import { createOpenInboundMedia } from './inbound/inbound-media';
import { MediaLinks } from './inbound/media-links';
import { KnownKeys } from './keys/known-keys';
import { LocalKeys } from './keys/local-keys';
import { createLinkedNumbers, createReceivedFiles } from './linked-numbers';
import { createLogger } from './observability/logger';
import { Metrics } from './observability/metrics';
import { openWakeUps } from './queue/open-wake-ups';
import { prepareQueueSchema } from './queue/postgres-queue-store';
import { LaneKeeper } from './sending/lane-keeper';
import { Sweep } from './upkeep/sweep';
import { createAskOwner } from './sessions/ask-owner';
import { KnownSenders } from './sessions/known-senders';
import { unlockDeliveries } from './store/tables/deliveries';
import { Encryption } from './encryption/encryption';
import { loadOrCreateEncryptionKey } from './encryption/encryption-key';
import { ensureAccount, type AccountRow } from './store/tables/keys';
import { migrate } from './store/sql/migrate';
import type { Database } from './store/sql/database';
import type { EmbeddedPostgres } from './store/embedded/embedded-postgres';
import { createDatabase } from './store/open-database';
import { ensureSandboxSession } from './store/tables/sessions';
import { createSandboxFactory } from './transport/sandbox/sandbox-transport';
import type { TransportFactory } from './transport/transport';
import { VERSION } from './version';
import { DELIVERIES_LANE } from './webhooks/webhooks';

/** A running engine. */
export interface Engine {
  /** Where it listens, e.g. `http://127.0.0.1:7717`. */
  url: string;
  /** Makes, or gives again, the key that this process hands to tools of its own machine. */
  localKey(mode: Mode): Promise<string>;
  /** Resolves, with the reason, if the embedded database is lost: then the process must end at once. */
  lost: Promise<Error>;
  /** Takes nothing more, lets what is under way finish, and leaves everything else to the next start. */
  close(): Promise<void>;
}

/** What tests put in place of the real thing. */
export interface EngineParts {
  clock?: Clock;
  /** The transport of linked numbers; null: this process works none. */
  liveTransport?: TransportFactory | null;
  /** Trusts the media hosts of another WhatsApp. */
  mediaAgent?: Agent;
  /** Wraps the transport of a mode, to watch or disturb it. */
  wrapTransport?: (factory: TransportFactory, mode: Mode) => TransportFactory;
}

/** The sandbox's own number: a block that is never given to anyone. */
const SANDBOX_PHONE = '+15005550100';

/**
 * Starts an engine: the composition root, the only place that knows everyone.
 * @param embedded the embedded database, when it is being opened already; it is closed with the engine.
 * @throws DataFolderInUse, EngineError `unavailable`, or the system's error where the port is taken.
 */
export async function createEngine(
  config: EngineConfig,
  parts: EngineParts = {},
  embedded?: EmbeddedPostgres,
): Promise<Engine> {
  const clock = parts.clock ?? systemClock;
  const log = createLogger(config.logLevel);
  const now = (): Date => new Date(clock.now());
  // Clients may come to another address than the one it listens on, which is known late when the port is any.
  const address = laterAddress();
  address.promise.catch(() => undefined);
  const closers: (() => Promise<unknown>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) {
      await close().catch((error: unknown) => log.error({ err: error }, 'a part did not close cleanly'));
    }
  };

  try {
    const database = createDatabase({ ...config, log, embedded });
    closers.push(() => database.close());
    // Everything is built while the database opens, and nothing works before it is prepared.
    const prepared = prepare(database, config, now);
    prepared.catch(() => undefined);
    const encryption = new Encryption(await loadOrCreateEncryptionKey(config.dataDir, config.encryptionKey));

    const mediaLinks = new MediaLinks(encryption, clock, address.promise);
    const receivedFiles = createReceivedFiles({
      socketUrl: config.waSocketUrl,
      mediaAgent: parts.mediaAgent,
    });
    const wakeUps = await openWakeUps({ redisUrl: config.redisUrl, pool: database.pool, clock, log });
    closers.push(() => wakeUps.close());
    const poster = posterOnDemand({ targets: config.webhookTargets, version: VERSION, clock });
    closers.push(() => poster.close());
    const arm = (lane: string, at: number): void =>
      void wakeUps.arm(lane, at).catch((error: unknown) => {
        log.warn({ err: error, lane }, 'a wake-up could not be armed; the sweep will');
      });

    const metrics = new Metrics(database);
    const runner = new DeliveryRunner({
      database,
      clock,
      log,
      poster: counted(poster, metrics),
      encryption,
      arm: (at) => arm(DELIVERIES_LANE, at),
    });
    const transact = createTransact(database, clock, {
      onDeliveries: () => runner.wake(),
      onWake(lane, at) {
        if (lane === DELIVERIES_LANE) runner.wake();
        else if (lane === CAMPAIGNS_LANE) campaigns.wake();
        else keeper.wake(lane, at);
      },
    });
    const campaigns = new CampaignRunner({ database, transact, clock, log });
    const linkedNumbers = createLinkedNumbers({
      ...{ database, encryption, clock, log },
      socketUrl: config.waSocketUrl,
      allowPrivateMedia: config.allowPrivateMedia,
      mediaAgent: parts.mediaAgent,
    });
    const live = parts.liveTransport === undefined ? linkedNumbers : parts.liveTransport;
    const factories: Partial<Record<Mode, TransportFactory>> = {
      test: createSandboxFactory({ speed: config.sandboxSpeed }),
      ...(live ? { live } : {}),
    };
    for (const mode of ['test', 'live'] as const) {
      const factory = factories[mode];
      if (factory && parts.wrapTransport) factories[mode] = parts.wrapTransport(factory, mode);
    }
    const pacingSpeeds = config.pacing === 'on' ? { live: 1, test: config.sandboxSpeed } : null;
    const keeper = new LaneKeeper(
      `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`,
      factories,
      {
        database,
        transact,
        wakeUps,
        clock,
        log,
        encryption,
        allowPrivateMedia: config.allowPrivateMedia,
        optOuts: config.optOuts,
        mediaLinks,
        pacingSpeeds,
        onHandOver: (seconds) => metrics.handOverLateness.observe(seconds),
      },
    );
    const sweep = new Sweep({
      database,
      transact,
      clock,
      log,
      async rearm() {
        await keeper.rearm();
        await runner.rearm();
      },
    });

    const keys = new KnownKeys(database);
    const senders = new KnownSenders(database);
    closers.push(async () => senders.close());
    const localKeys = new LocalKeys(database, clock, config.dataDir);
    const controlToken = randomBytes(32).toString('base64url');
    const server = await createServer(
      {
        config,
        clock,
        database,
        transact,
        wakeUps,
        pacingSpeeds,
        askOwner: createAskOwner({ database, transact, clock }),
        encryption,
        poster,
        metrics,
        mediaLinks,
        openInboundMedia: createOpenInboundMedia(database, encryption, receivedFiles),
        account: prepared,
        keys,
        senders,
        localKeys,
        controlToken,
        wakeDeliveries: () => runner.wake(),
      },
      log,
    );
    let stopDeliveries = async (): Promise<void> => {};
    closers.push(async () => {
      await stopDeliveries();
      await runner.close();
    });
    closers.push(() => keeper.close());
    closers.push(() => sweep.close());
    closers.push(() => campaigns.close());
    closers.push(() => server.close());

    await prepared;
    await senders.open();
    await localKeys.endOld();
    const url = await server.listen({ host: config.host, port: config.port });
    address.resolve(config.publicUrl ?? url);
    stopDeliveries = await wakeUps.work(DELIVERIES_LANE, () => runner.wake());
    await keeper.start();
    await sweep.start();
    campaigns.start();
    writeEngineFile(config.dataDir, {
      url,
      pid: process.pid,
      version: VERSION,
      control_token: controlToken,
      started_at: now().toISOString(),
    });
    closers.push(async () => removeEngineFile(config.dataDir));
    return { url, localKey: (mode) => localKeys.keyFor(mode), lost: database.lost, close: closeAll };
  } catch (error) {
    address.reject(error);
    await closeAll();
    throw error;
  }
}

/** Opens the database and brings everything in it to where this engine can work. */
async function prepare(database: Database, { redisUrl }: EngineConfig, now: () => Date): Promise<AccountRow> {
  await database.open();
  await migrate(database, redisUrl === null ? prepareQueueSchema : undefined);
  const account = await ensureAccount(database, () => ({
    id: newId('account'),
    name: 'My account',
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    created_at: now(),
  }));
  await ensureSandboxSession(database, newId('session'), SANDBOX_PHONE, now());
  if (database.kind === 'embedded') await unlockDeliveries(database);
  return account;
}

/** Known once somebody says it. */
function laterAddress() {
  let resolve = (_address: string): void => {};
  let reject = (_error: unknown): void => {};
  const promise = new Promise<string>((...settle) => ([resolve, reject] = settle));
  return { promise, resolve, reject };
}

function counted(poster: Poster, metrics: Metrics): Poster {
  return {
    ...poster,
    async post(event) {
      const result = await poster.post(event);
      metrics.deliveryAttempts.inc({ outcome: result.ok ? 'delivered' : 'failed' });
      return result;
    },
  };
}
