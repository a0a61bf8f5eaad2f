import { existsSync, rmSync } from 'node:fs';
import { systemClock, type Clock } from '../async/clock';
import type { Closing } from '../async/closing';
import { lazy } from '../async/lazy';
import type { EngineConfig } from '../config';
import type { Tracer } from '../domain/tracing';
import { Encryption } from '../encryption/encryption';
import { encryptionKeyPath, loadOrCreateEncryptionKey } from '../encryption/encryption-key';
import { WrongKey } from '../encryption/wrong-key';
import type { Poster } from '../events/post-event';
import { posterOnDemand } from '../events/poster-on-demand';
import { MediaLinks } from '../inbound/media-links';
import { createLogger } from '../observability/logger';
import { Metrics } from '../observability/metrics';
import { prepareDatabase } from '../prepare-database';
import { openWakeUps } from '../queue/open-wake-ups';
import type { WakeUps } from '../queue/wake-ups';
import type { EmbeddedPostgres } from '../store/embedded/embedded-postgres';
import { createDatabase } from '../store/open-database';
import type { Database } from '../store/sql/database';
import type { AccountRow } from '../store/tables/accounts';
import { VERSION } from '../version';
import type { EngineParts } from './engine-parts';

/** Loaded only if traces are wanted. */
const tracing = lazy<typeof import('../observability/tracing/open-tracing')>(
  require,
  '../observability/tracing/open-tracing',
);

type Log = ReturnType<typeof createLogger>;

/** What `openParts` gives: everything that the other stages share. */
export interface OpenedParts {
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
  /** Absent if no traces are wanted. */
  tracer: Tracer | undefined;
}

/**
 * Opens what holds files and connections. The database opens while the rest of the engine is built, which makes starts
 * quick: the stages that follow only build, and `startWorking` waits for `prepared` before anything works.
 */
export async function openParts(
  config: EngineConfig,
  parts: EngineParts,
  log: Log,
  closing: Closing,
  address: Promise<string>,
  embedded?: EmbeddedPostgres,
): Promise<OpenedParts> {
  const clock = parts.clock ?? systemClock;
  const hadKey = config.encryptionKey !== null || existsSync(encryptionKeyPath(config.dataDir));
  const encryption = await loadEncryption(config).catch(async (error: unknown) => {
    await embedded?.close();
    throw error;
  });
  const database = createDatabase({ ...config, log, erasureKey: encryption.erasureKey(), embedded });
  const closeDatabase = (): Promise<void> => database.close();
  // A server that does not answer must not hold up the end, and loses nothing by it.
  if (database.kind === 'embedded') closing.addVital(closeDatabase);
  else closing.add(closeDatabase);
  const prepared = prepareDatabase(database, config, new Date(clock.now()), encryption);
  // `startWorking` reports a failure. A key that was just made, and is refused, must not look like one that was lost.
  prepared.catch((error: unknown) => {
    if (error instanceof WrongKey && !hadKey) rmSync(encryptionKeyPath(config.dataDir), { force: true });
  });
  const wakeUps = await openWakeUps({ redisUrl: config.redisUrl, pool: database.pool, clock, log });
  closing.add(() => wakeUps.close());
  const traces = config.tracing && tracing().openTracing(config.tracing, log);
  if (traces) closing.add(() => traces.close());
  const metrics = new Metrics({ database, clock, dataDir: config.dataDir });
  const poster = posterOnDemand({ targets: config.webhookTargets, version: VERSION, clock });
  closing.add(() => poster.close());
  return {
    ...{ config, clock, log, database, prepared, encryption, wakeUps, metrics },
    tracer: traces?.tracer,
    mediaLinks: new MediaLinks(encryption, clock, address),
    poster: metrics.events.counting(poster),
  };
}

async function loadEncryption({ dataDir, encryptionKey }: EngineConfig): Promise<Encryption> {
  return new Encryption(await loadOrCreateEncryptionKey(dataDir, encryptionKey));
}
