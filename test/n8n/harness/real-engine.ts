import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { until } from '../../support/engine/until';
import { DIST } from './built-package';

type Launcher = typeof import('../../../engine/launcher');

export interface RealEngine {
  /** The credential of a person who entered nothing. */
  bundled: ICredentialDataDecryptedObject;
  /** A credential with the URL of the same engine. */
  byUrl: ICredentialDataDecryptedObject;
  pid: number;
  /** Asks the engine itself, without the nodes. Returns the body with the status. */
  ask(method: string, path: string, body?: unknown): Promise<IDataObject>;
  stop(): Promise<void>;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- the built one, because it starts the built engine
export const launcher = require(join(DIST, 'engine', 'launcher')) as Launcher;

/**
 * The built engine, started by the launcher in n8n's folder as with a `bundled` credential (N8N_USER_FOLDER is a
 * temporary folder in tests). The sandbox runs `speed` times as fast as usual.
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

/** Sends a signal to a process and waits until it has ended. */
export async function stopProcess(pid: number, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (!isAlive(pid)) return;
  process.kill(pid, signal);
  await until(`process ${pid} has ended`, () => !isAlive(pid), 60_000);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
