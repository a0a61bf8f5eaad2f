import { Closing } from './async/closing';
import { deferred } from './async/deferred';
import { buildApi } from './composition/build-api';
import { buildSending } from './composition/build-sending';
import type { EngineParts } from './composition/engine-parts';
import { openParts } from './composition/open-parts';
import { startWorking } from './composition/start-working';
import type { EngineConfig } from './config';
import type { Mode } from './domain/mode';
import { createLogger } from './observability/logger';
import type { EmbeddedPostgres } from './store/embedded/embedded-postgres';

export type { EngineParts };

/** A running engine. */
export interface Engine {
  /** Where it listens, e.g. `http://127.0.0.1:7717`. */
  url: string;
  /** Returns the API key that this process gives to tools on its own machine; created on the first call. */
  localKey(mode: Mode): Promise<string>;
  /** Resolves with the reason if the embedded database is lost. The process must then exit at once. */
  lost: Promise<Error>;
  /**
   * Accepts no more work, lets what is running finish, and leaves the rest to the next start.
   * @param withinMs how long running work may take. The database is closed in any case.
   */
  close(withinMs?: number): Promise<void>;
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
  const log = createLogger(config.logLevel, config.dataDir);
  const closing = new Closing((error) => log.error({ err: error }, 'a part did not close cleanly'));
  const address = deferred<string>();
  // If the start fails, nobody may be waiting.
  address.promise.catch(() => undefined);
  try {
    const opened = await openParts(config, parts, log, closing, address.promise, embedded);
    const sending = buildSending(opened, parts, closing);
    const api = await buildApi(opened, sending, parts, closing);
    const url = await startWorking(opened, sending, api, closing, address.resolve);
    return {
      url,
      localKey: (mode) => api.localKeys.keyFor(mode),
      lost: opened.database.lost,
      close: (withinMs) => closing.run(withinMs),
    };
  } catch (error) {
    address.reject(error);
    await closing.run();
    throw error;
  }
}
