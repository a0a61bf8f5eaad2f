import type { EngineConfig } from '../../config';
import type { Engine } from '../..';
import { startEngine } from '../../start';
import { DataFolderInUse } from '../../data-folder/data-folder-lock';
import { VERSION } from '../../version';
import type { Invocation } from '../command';
import { EXIT, failureOf } from '../exit-codes';
import { openOrFindEngine } from '../engine/open-or-find-engine';
import { columns, print, printJson } from '../output';
import { onStopSignal } from '../stop-signal';

/** For running work. What is not done by then, the next start continues: nothing depends on a clean end. */
const DRAIN_MS = 3_000;
/** For all of it, shorter than a supervisor waits before it kills. */
const CLOSE_MS = 9_000;

/** `serve`: runs the engine until a signal stops it. */
export async function run({ json, config }: Invocation): Promise<number> {
  // Before the start: a signal during it must not leave a half-open database behind.
  const stopped = onStopSignal();
  const engine = await openEngine(config);
  if (json) {
    printJson({
      url: engine.url,
      pid: process.pid,
      version: VERSION,
      data_dir: config.dataDir,
      database: config.databaseUrl === null ? 'embedded' : 'postgresql',
      queue: config.redisUrl === null ? 'database' : 'redis',
    });
  } else {
    print(welcome(config, engine.url));
  }
  const signal = await Promise.race([stopped, engine.lost]);
  if (signal instanceof Error) {
    // Not closed: nothing can be finished in a database that is gone, broken or taken over.
    const { outcome, message } = failureOf(signal);
    process.stderr.write(`${message}\n`);
    process.exit(EXIT[outcome]);
  }
  if (!json) print(`${signal}: finishing running work.`);
  const late = setTimeout(() => {
    process.stderr.write(
      `The database did not close within ${CLOSE_MS / 1000} s. The next start continues what was running.\n`,
    );
    process.exit(EXIT.hung);
  }, CLOSE_MS);
  await engine.close(DRAIN_MS);
  clearTimeout(late);
  return EXIT.ok;
}

/** @throws DataFolderInUse at once if another engine answers; after a while if the holder of the folder is silent. */
async function openEngine(config: EngineConfig): Promise<Engine> {
  if (config.databaseUrl !== null) return startEngine(config);
  const found = await openOrFindEngine(config.dataDir, () => startEngine(config));
  if ('engine' in found) throw new DataFolderInUse(config.dataDir, found.engine.pid);
  return found.opened;
}

function welcome(config: EngineConfig, url: string): string {
  const database = config.databaseUrl === null ? 'embedded database' : 'database at DATABASE_URL';
  const queue = config.redisUrl === null ? 'queue in the database' : 'queue at REDIS_URL';
  return [
    `Blueticks engine ${VERSION}`,
    ...columns([
      ['Listens on', `${url}   (API: ${url}/openapi.json)`],
      ['Data in', `${config.dataDir}   (${database}, ${queue})`],
      ['Make a key', 'npx n8n-nodes-blueticks keys create --mode test'],
      ['Link a number', 'npx n8n-nodes-blueticks link'],
      ['Stop', 'Ctrl+C, or SIGTERM'],
    ]),
  ].join('\n');
}
