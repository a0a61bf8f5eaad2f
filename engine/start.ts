import { mkdirSync } from 'node:fs';
import * as modules from 'node:module';
import { join } from 'node:path';
import { lazy } from './async/lazy';
import type { EngineConfig } from './config';
import type { Engine, EngineParts } from './index';
import type { EmbeddedPostgres } from './store/embedded/embedded-postgres';

/** Loaded late: Node must first know where to keep what it compiles. */
const root = lazy<typeof import('./index')>(require, './index');
const embeddedPostgres = lazy<typeof import('./store/embedded/embedded-postgres')>(
  require,
  './store/embedded/embedded-postgres',
);

/**
 * `createEngine`, as the command line does it: sooner, because the embedded database opens on its own thread while this
 * one loads the rest of the engine, which takes about as long.
 */
export async function startEngine(config: EngineConfig, parts?: EngineParts): Promise<Engine> {
  if (enableCompileCache) keepCompiled(config.dataDir);
  const embedded = config.databaseUrl === null ? beginEmbedded(config.dataDir) : undefined;
  // Loading holds up this thread, which must have said where the database is before.
  await embedded?.thread.opening;
  return root().createEngine(config, parts, embedded);
}

function beginEmbedded(dataDir: string): EmbeddedPostgres {
  const embedded = new (embeddedPostgres().EmbeddedPostgres)(dataDir);
  // The engine asks again, and gets to know what went wrong.
  embedded.open().catch(() => undefined);
  return embedded;
}

/** Since Node 22.8; what is compiled for this process is written when it ends. */
const { enableCompileCache } = modules as { enableCompileCache?: (folder: string) => unknown };

/**
 * Has Node keep what it compiles, which later starts then need not compile again. In the data folder, as one that
 * others may write to (Node's own choice) could bring foreign code. Where it cannot be written, whoever needs the data
 * folder says so, and says why.
 */
function keepCompiled(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    enableCompileCache?.(join(dataDir, 'compiled'));
  } catch {
    // See above.
  }
}
