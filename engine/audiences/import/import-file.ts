import { newId } from '../../domain/ids';
import type { Mode } from '../../domain/mode';
import { invalidRequest, notFound } from '../../errors';
import type { Transact } from '../../events/transact';
import { findAudience, insertAudience } from '../../store/tables/audiences';
import type { Sql } from '../../store/sql/database';
import { getAudience } from '../audiences';
import { lockExisting } from '../contacts';
import { presentAudience } from '../present-audience';
import { importContacts, type Imported, type ImportTarget, type OnError } from './import-contacts';

/** Into a new audience with this name and mode, or into an existing one of either mode. */
export type ImportInto = { name: string; mode: Mode } | { audienceId: string };

export type ImportedFile = Imported & { audience: ReturnType<typeof presentAudience> };

/**
 * Imports a CSV file for the command line, which has no key and so no mode.
 * @throws EngineError as `importContacts`
 */
export async function importFile(
  { transact, database }: { transact: Transact; database: Sql },
  into: ImportInto,
  onError: OnError,
  source: AsyncIterable<Uint8Array>,
): Promise<ImportedFile> {
  const mode = 'name' in into ? into.mode : await modeOf(database, into.audienceId);
  const id = 'name' in into ? newId('audience') : into.audienceId;
  const target =
    'name' in into ? newAudience(database, mode, id, into.name) : existingAudience(database, mode, id);
  const imported = await importContacts(transact, source, target, onError);
  return { ...imported, audience: presentAudience(await getAudience(database, mode, id)) };
}

async function modeOf(sql: Sql, id: string): Promise<Mode> {
  for (const mode of ['live', 'test'] as const) if (await findAudience(sql, mode, id)) return mode;
  throw notFound('audience', id);
}

export function existingAudience(sql: Sql, mode: Mode, id: string): ImportTarget {
  return {
    lock: (work, added) => lockExisting(work, mode, id, added),
    count: async () => (await getAudience(sql, mode, id)).contact_count,
  };
}

/** An audience that is created with its first contacts. A file without a valid row creates none. */
function newAudience(sql: Sql, mode: Mode, id: string, name: string): ImportTarget {
  const existing = existingAudience(sql, mode, id);
  return {
    async lock(work, added) {
      // Asked each time: the transaction that has created it may have been rolled back, and run again.
      if (await findAudience(work.sql, mode, id)) return existing.lock(work, added);
      const row = { id, mode, name, contact_count: 0, created_at: work.now };
      await insertAudience(work.sql, row);
      return row;
    },
    async count(faults) {
      if (await findAudience(sql, mode, id)) return existing.count(faults);
      const message =
        'has no valid contact, so no audience was created. Correct the file and import it again.';
      throw invalidRequest([...faults, { path: '', code: 'empty', message }]);
    },
  };
}
