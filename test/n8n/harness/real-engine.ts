import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { DIST } from './built-package';

type Launcher = typeof import('../../../engine/launcher');

export interface RealEngine {
  /** The credential as a person leaves it who types nothing. */
  bundled: ICredentialDataDecryptedObject;
  /** The credential that names the same engine by its address. */
  byUrl: ICredentialDataDecryptedObject;
  pid: number;
  /** Asks the engine itself, past the nodes. */
  ask(method: string, path: string, body?: unknown): Promise<IDataObject>;
  stop(): Promise<void>;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- what was built, because it starts what was built
export const launcher = require(join(DIST, 'engine', 'launcher')) as Launcher;

/**
 * The built engine, started by the launcher in n8n's folder (N8N_USER_FOLDER, a temporary one in tests) as the
 * `bundled` credential does, with the sandbox `speed` times as quick.
 */
export async function startRealEngine(speed = 50): Promise<RealEngine> {
  process.env.BLUETICKS_SANDBOX_SPEED = String(speed);
  process.env.BLUETICKS_PACING = 'off';
  process.env.BLUETICKS_LOG_LEVEL = 'warn';
  const dataDir = launcher.n8nDataDir();
  const { baseUrl, apiKey } = await launcher.bundledConnection({ dataDir, mode: 'test' });
  const { pid } = JSON.parse(readFileSync(join(dataDir, 'engine.json'), 'utf8')) as { pid: number };
  return {
    bundled: { connection: 'bundled', mode: 'test' },
    byUrl: { connection: 'url', baseUrl, apiKey },
    pid,
    async ask(method, path, body) {
      const response = await fetch(`${baseUrl}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return { status: response.status, ...((await response.json()) as IDataObject) };
    },
    stop: () => stopProcess(pid),
  };
}

/** Ends a process as a user would and waits until it is gone. */
export async function stopProcess(pid: number, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (!isAlive(pid)) return;
  process.kill(pid, signal);
  await until(() => !isAlive(pid), 60_000);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until `check` is true (or answers something); fails after `timeoutMs`. */
export async function until<T>(check: () => T | Promise<T>, timeoutMs = 30_000): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await check();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for: ${String(check)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
