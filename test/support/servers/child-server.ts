import { execFile, spawn, type SpawnOptions } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

export interface ChildServer {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The full path of a program on PATH or where Debian keeps PostgreSQL's (newest version first). */
export function findProgram(name: string): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/**
 * Starts `program` and waits until `isReady` says so.
 *
 * @throws Error with the program's last words when it ends or is not ready in 30 s.
 */
export async function startServer(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
  isReady: () => Promise<boolean>,
): Promise<{ pid: number; stop(signal?: NodeJS.Signals): Promise<void> }> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data: Buffer) => (words = (words + data.toString()).slice(-4_000)));
  }
  let ended = false;
  const end = new Promise<void>((resolve) => {
    const onEnd = (): void => {
      ended = true;
      resolve();
    };
    child.once('exit', onEnd);
    child.once('error', (error) => {
      words += String(error);
      onEnd();
    });
  });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (!ended) child.kill(signal);
    await end;
  };
  const deadline = Date.now() + 30_000;
  while (!(await isReady())) {
    if (ended || Date.now() > deadline) {
      await stop('SIGKILL');
      throw new Error(`${program} did not start: ${words}`);
    }
    await sleep(25);
  }
  return { pid: child.pid as number, stop };
}

export const run = promisify(execFile);
