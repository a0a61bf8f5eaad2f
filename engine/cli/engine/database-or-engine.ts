import type { EngineConfig } from '../../config';
import { createLogger } from '../../observability/logger';
import { openDatabase } from '../../store/open-database';
import type { Database } from '../../store/sql/database';
import { migrate } from '../../store/sql/migrate';
import { controlClient, type CallEngine } from './call-engine';
import { openOrFindEngine } from './open-or-find-engine';

/** One job of a command, in both of its forms. */
export interface StoreJob<T> {
  /** Does it in the database itself. */
  inDatabase(database: Database): Promise<T>;
  /** Asks a running engine to do it. @param control calls paths under `/control` */
  byEngine(control: CallEngine): Promise<T>;
}

/**
 * Does a job in the database, or lets the engine do it that has the database open: the embedded one belongs to one
 * process, a database server to any number.
 * @throws DataFolderInUse if a process has the folder and does not answer.
 */
export async function databaseOrEngine<T>(config: EngineConfig, job: StoreJob<T>): Promise<T> {
  const { dataDir, databaseUrl } = config;
  const open = (): Promise<Database> => openDatabase({ dataDir, databaseUrl, log: createLogger('silent') });
  const found = databaseUrl === null ? await openOrFindEngine(dataDir, open) : { opened: await open() };
  if ('engine' in found) return job.byEngine(controlClient(found.engine));
  try {
    await migrate(found.opened);
    return await job.inDatabase(found.opened);
  } finally {
    await found.opened.close();
  }
}
