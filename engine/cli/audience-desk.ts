import { request as httpRequest } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { importFile, type ImportedFile, type ImportInto } from '../audiences/import/import-file';
import type { OnError } from '../audiences/import/import-contacts';
import type { EngineConfig } from '../config';
import { systemClock } from '../async/clock';
import type { EngineFile } from '../data-folder/engine-file';
import { EngineError, type ErrorCode, type ErrorDetail } from '../errors';
import { createTransact } from '../events/transact';
import { createLogger } from '../observability/logger';
import { migrate } from '../store/sql/migrate';
import { openDatabase } from '../store/open-database';
import { openOrFindEngine } from './folder-turn';

/** Where contacts are imported: into the database itself, or through the engine that has it open. */
export interface AudienceDesk {
  /** @throws EngineError as `importContacts` */
  import(into: ImportInto, onError: OnError, source: AsyncIterable<Uint8Array>): Promise<ImportedFile>;
  close(): Promise<void>;
}

/** @throws DataFolderInUse when a process has the folder and does not answer. */
export async function openAudienceDesk(config: EngineConfig): Promise<AudienceDesk> {
  if (config.databaseUrl !== null) return openDirectly(config);
  const turn = await openOrFindEngine(config.dataDir, () => openDirectly(config));
  return 'engine' in turn ? askEngine(turn.engine) : turn.opened;
}

async function openDirectly({ dataDir, databaseUrl }: EngineConfig): Promise<AudienceDesk> {
  const database = await openDatabase({ dataDir, databaseUrl, log: createLogger('silent') });
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  // Contacts are told to nobody, and wake nobody.
  const transact = createTransact(database, systemClock, { onDeliveries: () => {}, onWake: () => {} });
  return {
    import: (into, onError, source) => importFile({ transact, database }, into, onError, source),
    close: () => database.close(),
  };
}

function askEngine(engine: EngineFile): AudienceDesk {
  return {
    async import(into, onError, source) {
      const query = new URLSearchParams({
        on_error: onError,
        ...('name' in into ? { name: into.name, mode: into.mode } : { audience_id: into.audienceId }),
      });
      const text = await post(`${engine.url}/control/audiences/import?${query.toString()}`, engine, source);
      const answer = JSON.parse(text) as ImportedFile & { error?: Refusal };
      if (!answer.error) return answer;
      const { code, message, details } = answer.error;
      throw new EngineError(code, message, details ? { details } : {});
    },
    close: async () => undefined,
  };
}

interface Refusal {
  code: ErrorCode;
  message: string;
  details?: ErrorDetail[];
}

/** Not by fetch, which gives up an answer that takes minutes. @returns the answer's body */
async function post(url: string, engine: EngineFile, source: AsyncIterable<Uint8Array>): Promise<string> {
  const headers = { authorization: `Bearer ${engine.control_token}`, 'content-type': 'text/csv' };
  const request = httpRequest(url, { method: 'POST', headers });
  const answered = new Promise<string>((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => resolve(Buffer.concat(chunks).toString()));
    });
  });
  // The engine may answer, and hang up, before it has read a file that it refuses: the answer says why.
  const sent = pipeline(Readable.from(source, { objectMode: false }), request);
  return Promise.race([answered, sent.then(() => answered)]).catch(async (error: unknown) => {
    const late = await Promise.race([
      answered,
      new Promise<null>((resolve) => setTimeout(resolve, 1_000, null)),
    ]).catch(() => null);
    if (late !== null) return late;
    throw error;
  });
}
