import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig, type Variable } from '../../../engine/config';
import type { Mode } from '../../../engine/domain/mode';
import { createEngine, type Engine, type EngineParts } from '../../../engine';
import { run } from '../servers/child-server';
import { freshDatabase, type DatabaseKind } from '../servers/fresh-database';
import { uncompressedArchive } from '../servers/prepared-databases';
import { embeddedDatabaseArchive } from '../servers/shared-servers';
import { tempFolder } from '../servers/temp-folder';
import { callControl } from './control-call';

export interface Answer {
  status: number;
  /** Parsed where it is JSON, text otherwise. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into any answer there is
  body: any;
  headers: Headers;
}

export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** A real engine in this process, with everything that it keeps in a temporary folder of its own. */
export interface TestEngine {
  engine: Engine;
  url: string;
  dataDir: string;
  /** A test key that may do everything. */
  key: string;
  /** Asks with `key`. A `body` that is a string goes as it is, anything else as JSON. */
  call: Call;
  /** Asks as somebody else; null for no key at all. */
  callAs(key: string | null): Call;
  /** Makes a key as the command line does. */
  createKey(mode: Mode, scopes?: string[]): Promise<{ id: string; key: string }>;
  revokeKey(id: string): Promise<void>;
  /** Stops it, and deletes its folder and database unless they were the caller's. */
  close(): Promise<void>;
}

export interface StartOptions {
  /** Settings over the usual ones of a test: sandbox 50 times as quick, no pacing, no rate limit, no log. */
  flags?: Partial<Record<Variable, string>>;
  parts?: EngineParts;
  /** `postgres`: a fresh database of the run's server. Usually PGlite. */
  database?: DatabaseKind;
  /** A folder that stays when the engine closes, to start on it again. Usually a temporary one. */
  dataDir?: string;
}

/** No test ever reaches the real WhatsApp. */
const NOBODY = 'ws://127.0.0.1:9/ws/chat';

/** Starts an engine from its sources on a free port. */
export async function startEngine(options: StartOptions = {}): Promise<TestEngine> {
  const folder = options.dataDir === undefined ? await tempFolder('engine') : null;
  const dataDir = options.dataDir ?? folder!.path;
  const server = options.database === 'postgres' ? await freshDatabase('postgres') : null;
  const cleanup = async (): Promise<void> => {
    await server?.cleanup();
    await folder?.remove();
  };
  try {
    if (!server && !options.flags?.DATABASE_URL) await unpackPreparedDatabase(dataDir);
    const flags: Partial<Record<Variable, string>> = {
      BLUETICKS_DATA_DIR: dataDir,
      BLUETICKS_PORT: '0',
      BLUETICKS_SANDBOX_SPEED: '50',
      BLUETICKS_PACING: 'off',
      BLUETICKS_RATE_LIMIT: 'off',
      BLUETICKS_LOG_LEVEL: 'silent',
      BLUETICKS_WA_SOCKET_URL: NOBODY,
      ...(server ? { DATABASE_URL: server.url! } : {}),
      ...options.flags,
    };
    const engine = await createEngine(readConfig(flags, {}), options.parts);
    return await describeEngine(engine, dataDir, cleanup);
  } catch (error) {
    await cleanup();
    throw error;
  }
}

async function describeEngine(
  engine: Engine,
  dataDir: string,
  cleanup: () => Promise<void>,
): Promise<TestEngine> {
  const key = await engine.localKey('test');
  const callAs = (asKey: string | null): Call => caller(engine.url, asKey);
  return {
    engine,
    url: engine.url,
    dataDir,
    key,
    call: callAs(key),
    callAs,
    async createKey(mode, scopes = ['*']) {
      const answer = await callControl(dataDir, '/control/keys/create', { mode, name: null, scopes });
      if (!answer.ok) throw new Error(`No key could be made: ${await answer.text()}`);
      return (await answer.json()) as { id: string; key: string };
    },
    async revokeKey(id) {
      const { ok, status } = await callControl(dataDir, `/control/keys/${id}/revoke`);
      if (!ok) throw new Error(`Key ${id} could not be revoked: ${status}`);
    },
    async close() {
      await engine.close();
      await cleanup();
    },
  };
}

function caller(url: string, key: string | null): Call {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
  };
}

/** The sources have no prepared data folder beside them as the build has; the run's own saves the time of initdb. */
export async function unpackPreparedDatabase(dataDir: string): Promise<void> {
  const folder = join(dataDir, 'database');
  if (existsSync(folder)) return;
  const archive = await embeddedDatabaseArchive();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await run('tar', ['-xf', uncompressedArchive(archive), '-C', folder]);
}
