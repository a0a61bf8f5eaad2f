import { homedir } from 'node:os';
import { join } from 'node:path';
import { findEngine, type RunningEngine } from './find-engine';
import { helperError, LauncherError, reasonOf } from './launcher-error';
import { n8nHelper } from './n8n-role';
import { startEngine } from './start-engine';

interface FindOptions {
  /** The engine's data folder; made when it is not there. */
  dataDir: string;
}

const PROBE_VALID_MS = 1_000;

const starting = new Map<string, Promise<RunningEngine>>();
const probed = new Map<string, { engine: RunningEngine; at: number }>();
const keys = new Map<string, string>();

/**
 * The data folder of the engine that n8n on this machine uses: `blueticks` in n8n's own folder.
 * N8N_USER_FOLDER is read here and not in the engine's configuration because this runs inside n8n's
 * process, where that variable is n8n's own and the engine's configuration must not be loaded.
 */
export function n8nDataDir(): string {
  return join(process.env.N8N_USER_FOLDER || homedir(), '.n8n', 'blueticks');
}

/**
 * The engine that runs on `dataDir`, started when there is none. Callers in any number of processes get the
 * same engine: one of them starts it, and all find it through `engine.json`. A worker of n8n's queue mode finds one
 * and starts none: on a machine of its own it would be a second one, which nobody linked and no trigger hears of.
 * @throws LauncherError when it does not run within 60 s, or a worker finds none
 */
export async function findOrStartEngine({ dataDir }: FindOptions): Promise<RunningEngine> {
  const recent = probed.get(dataDir);
  if (recent && Date.now() - recent.at < PROBE_VALID_MS) return recent.engine;
  const engine = (await findEngine(dataDir)) ?? (await startHere(dataDir));
  probed.set(dataDir, { engine, at: Date.now() });
  return engine;
}

async function startHere(dataDir: string): Promise<RunningEngine> {
  const helper = n8nHelper();
  if (helper) throw helperError(helper, dataDir);
  return await startOnce(dataDir);
}

function startOnce(dataDir: string): Promise<RunningEngine> {
  const start = starting.get(dataDir) ?? startEngine(dataDir).finally(() => starting.delete(dataDir));
  starting.set(dataDir, start);
  return start;
}

/**
 * Address and key of this machine's engine. The key is asked for once for each life of the engine;
 * `renewKey` asks again, for when the engine refused it.
 * @throws LauncherError
 */
export async function bundledConnection(
  options: FindOptions & { mode: 'live' | 'test'; renewKey?: boolean },
): Promise<{ baseUrl: string; apiKey: string }> {
  const engine = await findOrStartEngine(options);
  const slot = `${options.dataDir} ${engine.pid} ${engine.startedAt} ${options.mode}`;
  const known = options.renewKey ? undefined : keys.get(slot);
  const apiKey = known ?? (await requestKey(engine, options.mode));
  keys.set(slot, apiKey);
  return { baseUrl: engine.baseUrl, apiKey };
}

/** Forgets that the engine answered a moment ago: for when a connection to it was refused. */
export function forgetProbe(dataDir: string): void {
  probed.delete(dataDir);
}

async function requestKey(engine: RunningEngine, mode: string): Promise<string> {
  const response = await fetch(`${engine.baseUrl}/control/keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${engine.controlToken}` },
    body: JSON.stringify({ mode }),
    signal: AbortSignal.timeout(10_000),
  }).catch((error: unknown) => {
    throw new LauncherError(`The engine at ${engine.baseUrl} did not hand over a key: ${reasonOf(error)}.`);
  });
  const answer = (await response.json().catch(() => ({}))) as { api_key?: string };
  if (!response.ok || !answer.api_key) {
    throw new LauncherError(
      `The engine at ${engine.baseUrl} did not hand over a key (status ${response.status}). Restart the engine, then try again.`,
    );
  }
  return answer.api_key;
}
