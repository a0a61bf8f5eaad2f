import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { until } from './until';

/** The built program. */
export const PROGRAM = join(__dirname, '..', '..', '..', 'dist', 'engine', 'cli', 'main.js');

/** Starting takes a second or two, and many times that while other tests use the processors. */
const START_MS = 60_000;
/** For a test that starts several processes one after another. */
export const SLOW_MS = 180_000;

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  pid: number;
  output(): string;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

type Env = Record<string, string>;

/** Starts the built program with only `env` as its environment. */
export function start(args: readonly string[], env: Env = {}): Running {
  if (!existsSync(PROGRAM)) throw new Error('dist/ is missing: run "npm run build" first.');
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    pid: child.pid as number,
    output: () => stdout,
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

/** Runs the built program to its end. */
export function run(args: readonly string[], env?: Env): Promise<Ended> {
  return start(args, env).ended;
}

/** The JSON document that a command printed. Fails if there is anything else on standard output. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into any document
export function documentOf({ stdout, stderr }: Ended): any {
  expect(stderr).toBe('');
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  return JSON.parse(stdout);
}

export interface Serving extends Running {
  url: string;
  dataDir: string;
  /** Stops it as a supervisor would. @returns how it ended */
  stop(): Promise<Ended>;
}

/** A listening engine in a process of its own. */
export async function serve(dataDir: string, args: readonly string[] = [], env: Env = {}): Promise<Serving> {
  const flags = ['--port', '0', '--data-dir', dataDir, '--log-level', 'silent', '--sandbox-speed', '50'];
  const running = start(['serve', '--json', ...flags, ...args], env);
  let early: Ended | null = null;
  void running.ended.then((end) => (early = end));
  const line = await until(
    'the engine listens',
    () => {
      if (early) throw new Error(`The engine ended: ${JSON.stringify(early)}`);
      return running.output().includes('\n') ? running.output() : null;
    },
    START_MS,
  ).catch((error: unknown) => {
    running.kill('SIGKILL');
    throw error;
  });
  const { url } = JSON.parse(line) as { url?: string };
  if (url === undefined) throw new Error(`The engine did not start: ${line}`);
  return {
    ...running,
    url,
    dataDir,
    stop: async () => {
      running.kill('SIGTERM');
      return running.ended;
    },
  };
}
