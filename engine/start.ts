import type { EngineConfig } from './config';
import type { Engine } from './index';
import { compilePglite } from './store/compile-pglite';

type Start = (typeof import('./index.js'))['createEngine'];

/**
 * `createEngine`, as the command line does it: sooner, because PostgreSQL's program is compiled on other threads while
 * this one loads the rest of the engine, which takes about as long.
 */
export async function startEngine(config: EngineConfig, parts?: Parameters<Start>[1]): Promise<Engine> {
  if (config.databaseUrl === null) void compilePglite();
  const { createEngine } = await import('./index.js');
  return createEngine(config, parts);
}
