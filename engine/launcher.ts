import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a running engine writes about itself to `<dataDir>/engine.json`. */
interface EngineFile {
  url: string;
  pid: number;
  version: string;
  control_token: string;
  started_at: string;
}

/** A running engine of this machine. `controlToken` lets its holder ask for keys; it never leaves this machine. */
export interface RunningEngine {
  baseUrl: string;
  controlToken: string;
  pid: number;
  startedAt: string;
}

export interface FindOptions {
  /** The engine's data folder; made when it is not there. */
  dataDir: string;
  log?: (line: string) => void;
}

/** The engine of this machine cannot be found, started or asked for a key. The message says what to do. */
export class LauncherError extends Error {
  override readonly name = 'LauncherError';
}

const PREFERRED_PORT = 7717;
const START_TIMEOUT_MS = 60_000;
/** After another process won the data folder: how long to look for it before trying again. */
const WINNER_WAIT_MS = 2_000;
/** Of the engine's documented exit codes, those after which a start goes on. */
const EXIT_FOLDER_IN_USE = 4;
const EXIT_PORT_TAKEN = 6;
const POLL_MS = 100;
const PROBE_TIMEOUT_MS = 2_000;
const PROBE_VALID_MS = 1_000;
const LOG_ROTATE_BYTES = 5 * 1024 * 1024;
const URL_CONNECTION_HINT =
  'If n8n may not start programs here (for example on a worker of its own), run the engine yourself and choose "At a URL" in the credential.';

const starting = new Map<string, Promise<RunningEngine>>();
const probed = new Map<string, { engine: RunningEngine; at: number }>();
const keys = new Map<string, string>();
const askedToLeave = new Set<number>();

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
 * same engine: the one that locks the data folder wins, and all find it through `engine.json`.
 * @throws LauncherError when it does not run within 60 s
 */
export async function findOrStartEngine(options: FindOptions): Promise<RunningEngine> {
  const recent = probed.get(options.dataDir);
  if (recent && Date.now() - recent.at < PROBE_VALID_MS) return recent.engine;
  const found = await findEngine(options.dataDir);
  if (found) return found;
  let start = starting.get(options.dataDir);
  if (!start) {
    start = startEngine(options).finally(() => starting.delete(options.dataDir));
    starting.set(options.dataDir, start);
  }
  return await start;
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

/**
 * The engine that `engine.json` names, if it answers and is the process that the file tells of. One of an earlier
 * version of this package is asked to leave: after an update it would run on, and not know what the nodes ask.
 */
async function findEngine(dataDir: string): Promise<RunningEngine | undefined> {
  const file = readEngineFile(dataDir);
  if (!file) return undefined;
  try {
    const response = await fetch(`${file.url}/healthz`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    const health = (await response.json()) as { pid?: number };
    if (!response.ok || health.pid !== file.pid) return undefined;
  } catch {
    // Left behind by an engine that was killed, or one that is still starting or stopping.
    return undefined;
  }
  if (isOlder(file.version, ownVersion()) && askToLeave(file.pid)) return undefined;
  const engine: RunningEngine = {
    baseUrl: file.url,
    controlToken: file.control_token,
    pid: file.pid,
    startedAt: file.started_at,
  };
  probed.set(dataDir, { engine, at: Date.now() });
  return engine;
}

function ownVersion(): string {
  const manifest = join(__dirname, '..', '..', 'package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

/** False where it cannot be asked (another user's, another container's): then it is used as it is. */
function askToLeave(pid: number): boolean {
  // Once: a second signal would end it without letting it finish what is under way.
  if (askedToLeave.has(pid)) return true;
  try {
    process.kill(pid, 'SIGTERM');
    askedToLeave.add(pid);
    return true;
  } catch {
    return false;
  }
}

function readEngineFile(dataDir: string): EngineFile | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'engine.json'), 'utf8')) as EngineFile;
  } catch {
    return undefined;
  }
}

async function startEngine({ dataDir, log }: FindOptions): Promise<RunningEngine> {
  const program = join(__dirname, 'cli', 'main.js');
  if (!existsSync(program)) {
    throw new LauncherError(
      `The engine's program is missing (${program}). Install the package n8n-nodes-blueticks again. ${URL_CONNECTION_HINT}`,
    );
  }
  const deadline = Date.now() + START_TIMEOUT_MS;
  let port = PREFERRED_PORT;
  for (;;) {
    const attempt = await runEngine(program, dataDir, port, deadline);
    if (attempt.engine) {
      log?.(`Blueticks engine ${attempt.engine.pid} answers at ${attempt.engine.baseUrl}`);
      return attempt.engine;
    }
    if (attempt.exitCode === EXIT_PORT_TAKEN && port !== 0) port = 0;
    // Somebody else starts it, or the one that stops has not left yet: soon there is one to find, or room for ours.
    else if (attempt.exitCode !== EXIT_FOLDER_IN_USE || Date.now() > deadline)
      throw startError(dataDir, attempt);
  }
}

interface StartAttempt {
  engine?: RunningEngine;
  /** How the started process ended, when it did. */
  exited?: string;
  exitCode?: number | null;
  logFrom: number;
}

/** Starts the program and waits for an engine to answer: this one, or one that another process started. */
async function runEngine(
  program: string,
  dataDir: string,
  port: number,
  deadline: number,
): Promise<StartAttempt> {
  const { descriptor, size } = openLog(dataDir);
  const attempt: StartAttempt = { logFrom: size };
  let giveUpAt = deadline;
  const child = spawn(process.execPath, [program, 'serve'], {
    // The engine outlives n8n on purpose: what is scheduled goes out while n8n restarts.
    detached: true,
    stdio: ['ignore', descriptor, descriptor],
    env: engineEnvironment(dataDir, port),
  });
  closeSync(descriptor);
  child.once('exit', (code, signal) => {
    attempt.exitCode = code;
    attempt.exited = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
    giveUpAt = code === EXIT_FOLDER_IN_USE ? Date.now() + WINNER_WAIT_MS : 0;
  });
  child.once('error', (error) => {
    attempt.exited = `could not be started: ${error.message}`;
    giveUpAt = 0;
  });
  child.unref();
  do {
    await sleep(POLL_MS);
    attempt.engine = await findEngine(dataDir);
  } while (!attempt.engine && Date.now() < giveUpAt);
  return attempt;
}

/**
 * n8n's own settings and secrets are none of the engine's business, and a DATABASE_URL or REDIS_URL that is there may
 * well be n8n's: this engine keeps everything in its folder. Who wants it on a server runs it themselves.
 */
function engineEnvironment(dataDir: string, port: number): NodeJS.ProcessEnv {
  const notOurs = /^(N8N_|DB_|QUEUE_|DATABASE_URL$|REDIS_URL$)/;
  const inherited = Object.entries(process.env).filter(([name]) => !notOurs.test(name));
  return {
    ...Object.fromEntries(inherited),
    BLUETICKS_DATA_DIR: dataDir,
    BLUETICKS_PORT: String(port),
  };
}

function openLog(dataDir: string): { descriptor: number; size: number } {
  const path = join(dataDir, 'engine.log');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    if (sizeOf(path) > LOG_ROTATE_BYTES) renameSync(path, `${path}.1`);
    return { size: sizeOf(path), descriptor: openSync(path, 'a', 0o600) };
  } catch (error) {
    throw new LauncherError(
      `The engine's data folder ${dataDir} cannot be written: ${reasonOf(error)}. Let the user that runs n8n write there. ${URL_CONNECTION_HINT}`,
    );
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function startError(dataDir: string, attempt: StartAttempt): LauncherError {
  const path = join(dataDir, 'engine.log');
  const said = readFileSync(path)
    .subarray(attempt.logFrom)
    .toString('utf8')
    .trim()
    .split('\n')
    .slice(-5)
    .join('\n');
  const how = attempt.exited ?? `did not answer within ${START_TIMEOUT_MS / 1000} s`;
  return new LauncherError(
    `The engine on this machine ${how}.${said ? ` It said last:\n${said}\n` : ' It said nothing. '}The whole log is in ${path}. ${URL_CONNECTION_HINT}`,
  );
}

/** True only where both are of the form 1.2.3 and the first is lower. */
function isOlder(version: string, than: string): boolean {
  const numbers = (text: string): number[] => text.split(/[.-]/).slice(0, 3).map(Number);
  const [a, b] = [numbers(version), numbers(than)];
  const at = a.findIndex((number, index) => number !== b[index]);
  return at >= 0 && (a[at] ?? NaN) < (b[at] ?? NaN);
}

/** `fetch` hides the reason (ECONNREFUSED, …) in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as { code?: string; message?: string } | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}
