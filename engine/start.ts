import { mkdirSync } from 'node:fs';
import * as modules from 'node:module';
import { join } from 'node:path';
import type { EngineConfig } from './config';
import type { Engine, EngineParts } from './index';
import { compilePglite } from './store/compile-pglite';

type Root = typeof import('./index');

/**
 * `createEngine`, as the command line does it: sooner, because PostgreSQL's program is compiled on other threads while
 * this one loads the rest of the engine, which takes about as long.
 */
export async function startEngine(config: EngineConfig, parts?: EngineParts): Promise<Engine> {
  if (enableCompileCache) keepCompiled(config.dataDir);
  if (config.databaseUrl === null) void compilePglite();
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- not before the line above
  const { createEngine } = require('./index') as Root;
  return createEngine(config, parts);
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
