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
 * `createEngine` for the command line. It starts faster, because the embedded database opens on its own thread while
 * this one loads the rest of the engine, which takes about as long.
 */
export async function startEngine(config: EngineConfig, parts?: EngineParts): Promise<Engine> {
  if (enableCompileCache) keepCompiled(config.dataDir);
  const embedded = config.databaseUrl === null ? beginEmbedded(config.dataDir) : undefined;
  // Loading blocks this thread, so first wait until the database's thread has been told what to open.
  await embedded?.thread.opening;
  return root().createEngine(config, parts, embedded);
}

function beginEmbedded(dataDir: string): EmbeddedPostgres {
  const embedded = new (embeddedPostgres().EmbeddedPostgres)(dataDir);
  // The engine awaits the same opening and reports an error.
  embedded.open().catch(() => undefined);
  return embedded;
}

/** Since Node 22.8. What Node compiles for this process is written when it exits. */
const { enableCompileCache } = modules as { enableCompileCache?: (folder: string) => unknown };

/**
 * Lets Node cache compiled code for later starts. In the data folder, since a folder that others can write to (Node's
 * default) could bring in foreign code.
 */
function keepCompiled(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    enableCompileCache?.(join(dataDir, 'compiled'));
  } catch {
    // If the folder cannot be written, the part that needs it next reports why.
  }
}
