import type { EngineConfig } from './config';
import type { Engine, EngineParts } from './index';
import { compilePglite } from './store/compile-pglite';

type Root = typeof import('./index');

/**
 * `createEngine`, as the command line does it: sooner, because PostgreSQL's program is compiled on other threads while
 * this one loads the rest of the engine, which takes about as long.
 */
export async function startEngine(config: EngineConfig, parts?: EngineParts): Promise<Engine> {
  if (config.databaseUrl === null) void compilePglite();
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- not before the line above
  const { createEngine } = require('./index') as Root;
  return createEngine(config, parts);
}
