import type { EngineConfig } from '../config';
import type { Mode } from '../domain/mode';
import { EngineError, type ErrorCode } from '../errors';
import type { EngineFile } from '../data-folder/engine-file';
import { createKey, presentKey, revoke } from '../keys/keys';
import { createLogger } from '../observability/logger';
import type { Database } from '../store/sql/database';
import { listKeys } from '../store/tables/api-keys';
import { migrate } from '../store/sql/migrate';
import { openDatabase } from '../store/open-database';
import { openOrFindEngine } from './folder-turn';

export type ShownKey = ReturnType<typeof presentKey>;

export interface NewKeyInput {
  mode: Mode;
  name: string | null;
  scopes: string[];
}

/** Where keys are made and ended: in the database itself, or through the engine that has it open. */
export interface KeyDesk {
  create(input: NewKeyInput): Promise<ShownKey & { key: string }>;
  list(): Promise<ShownKey[]>;
  /** @throws EngineError `not_found` when there is none of that id that still works. */
  revoke(id: string): Promise<ShownKey>;
  close(): Promise<void>;
}

/**
 * A server's database is opened directly. The embedded one belongs to one process: the running engine is asked if
 * there is one.
 *
 * @throws DataFolderInUse when a process has the folder and does not answer.
 */
export async function openKeyDesk(config: EngineConfig): Promise<KeyDesk> {
  if (config.databaseUrl !== null) return openDirectly(config);
  const turn = await openOrFindEngine(config.dataDir, () => openDirectly(config));
  return 'engine' in turn ? askEngine(turn.engine) : turn.opened;
}

async function openDirectly({ dataDir, databaseUrl }: EngineConfig): Promise<KeyDesk> {
  const database: Database = await openDatabase({ dataDir, databaseUrl, log: createLogger('silent') });
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    async create(input) {
      const { row, key } = await createKey(database, input, new Date());
      return { ...presentKey(row), key };
    },
    list: async () => (await listKeys(database)).map(presentKey),
    revoke: async (id) => presentKey(await revoke(database, id, new Date())),
    close: () => database.close(),
  };
}

function askEngine(engine: EngineFile): KeyDesk {
  async function ask<T>(path: string, body?: object): Promise<T> {
    const response = await fetch(`${engine.url}/control${path}`, {
      method: path === '/keys' ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${engine.control_token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(10_000),
    });
    const answer = (await response.json()) as { error?: { code: ErrorCode; message: string } };
    if (answer.error) throw new EngineError(answer.error.code, answer.error.message);
    return answer as T;
  }
  return {
    create: (input) => ask('/keys/create', input),
    list: async () => (await ask<{ data: ShownKey[] }>('/keys')).data,
    revoke: (id) => ask(`/keys/${encodeURIComponent(id)}/revoke`),
    close: async () => undefined,
  };
}
