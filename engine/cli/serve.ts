import type { EngineConfig } from '../config';
import type { Engine } from '../index';
import { startEngine } from '../start';
import { DataFolderInUse } from '../data-folder/data-folder-lock';
import { VERSION } from '../version';
import { columns } from './columns';
import type { Invocation } from './command';
import { EXIT, failureOf } from './exit-codes';
import { openOrFindEngine } from './folder-turn';
import { print, printJson } from './print';
import { onStopSignal } from './stop-signal';

/** Longer than what may be under way takes (a webhook has 10 s), shorter than a supervisor's patience. */
const DRAIN_MS = 25_000;

/** `serve`: runs the engine until a signal ends it. */
export async function run({ json, config }: Invocation): Promise<number> {
  // Before the start, so that a signal during it leaves no half-open database behind.
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
    // Not closed: nothing can be finished in a database that is another's, gone, or broken.
    const { outcome, message } = failureOf(signal);
    process.stderr.write(`${message}\n`);
    process.exit(EXIT[outcome]);
  }
  if (!json) print(`${signal}: finishing what is under way.`);
  const late = setTimeout(() => {
    process.stderr.write(
      `What was under way took over ${DRAIN_MS / 1000} s; the next start goes on with it.\n`,
    );
    process.exit(EXIT.failed);
  }, DRAIN_MS);
  await engine.close();
  clearTimeout(late);
  return EXIT.ok;
}

/** @throws DataFolderInUse at once where an engine answers, and after a while where the holder stays silent. */
async function openEngine(config: EngineConfig): Promise<Engine> {
  if (config.databaseUrl !== null) return startEngine(config);
  const turn = await openOrFindEngine(config.dataDir, () => startEngine(config));
  if ('engine' in turn) throw new DataFolderInUse(config.dataDir, turn.engine.pid);
  return turn.opened;
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
