import { homedir } from 'node:os';
import { join } from 'node:path';
import { proveEngine } from '../data-folder/prove-engine';
import { findEngine, type RunningEngine } from './find-engine';
import { helperError, LauncherError, reasonOf } from './launcher-error';
import { startEngine } from './start-engine';

interface FindOptions {
  /** The engine's data folder. Created if it does not exist. */
  dataDir: string;
}

const PROBE_VALID_MS = 1_000;
const KEY_TIMEOUT_MS = 10_000;
/** The processes of n8n's queue mode that run next to n8n itself, possibly on other machines. */
const N8N_HELPERS = ['worker', 'webhook'];

const starting = new Map<string, Promise<RunningEngine>>();
const probed = new Map<string, { engine: RunningEngine; at: number }>();
const keys = new Map<string, string>();

/**
 * The data folder of the engine that n8n on this machine uses: `blueticks` in n8n's own folder. N8N_USER_FOLDER is read
 * here because this runs inside n8n, where the engine's configuration must not be loaded.
 */
export function n8nDataDir(): string {
  return join(process.env.N8N_USER_FOLDER || homedir(), '.n8n', 'blueticks');
}

/**
 * The engine of `dataDir`, started if it is not running. Callers in any number of processes get the same engine: one of
 * them starts it, and all find it through `engine.json`. A worker of n8n's queue mode never starts one: on its own
 * machine, that would be a second engine that nobody linked and no trigger listens to.
 * @throws LauncherError if it does not run within 60 s, or a worker finds none
 */
export async function findOrStartEngine({ dataDir }: FindOptions): Promise<RunningEngine> {
  const recent = probed.get(dataDir);
  if (recent && Date.now() - recent.at < PROBE_VALID_MS) return recent.engine;
  const engine = (await findEngine(dataDir)) ?? (await startHere(dataDir));
  probed.set(dataDir, { engine, at: Date.now() });
  return engine;
}

async function startHere(dataDir: string): Promise<RunningEngine> {
  // n8n itself decides by the same argument (`n8n worker`, `n8n webhook`).
  const helper = N8N_HELPERS.find((name) => name === process.argv[2]);
  if (helper) throw helperError(helper, dataDir);
  return await startOnce(dataDir);
}

function startOnce(dataDir: string): Promise<RunningEngine> {
  const start = starting.get(dataDir) ?? startEngine(dataDir).finally(() => starting.delete(dataDir));
  starting.set(dataDir, start);
  return start;
}

/**
 * The URL of this machine's engine, and a key. The key is requested once per start of the engine; `renewKey` requests a
 * new one, for when the engine refused the old one.
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

/** Forgets that the engine answered a moment ago. Call this when it refuses a connection. */
export function forgetProbe(dataDir: string): void {
  probed.delete(dataDir);
}

async function requestKey(engine: RunningEngine, mode: string): Promise<string> {
  const proven = await proveEngine(engine.file);
  if (!proven)
    throw new LauncherError(
      `The program at ${engine.baseUrl} could not prove that it is the engine of this machine. The engine may have just stopped: try again.`,
    );
  const path = '/control/keys';
  const response = await fetch(engine.baseUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: proven.authorize('POST', path) },
    body: JSON.stringify({ mode }),
    signal: AbortSignal.timeout(KEY_TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new LauncherError(
      `The engine at ${engine.baseUrl} did not provide a key: ${reasonOf(error)}. Check its log, then try again.`,
    );
  });
  const answer = (await response.json().catch(() => ({}))) as { api_key?: string };
  if (!response.ok || !answer.api_key) {
    throw new LauncherError(
      `The engine at ${engine.baseUrl} did not provide a key (status ${response.status}). Restart the engine, then try again.`,
    );
  }
  return answer.api_key;
}
