import type { Mode } from '../../domain/mode';
import { notFound } from '../../errors';
import type { Transact } from '../../events/transact';
import { type AudienceRow, findAudience } from '../../store/tables/audiences';
import type { Sql } from '../../store/sql/database';
import { getAudience } from '../audiences';
import { presentAudience } from '../present-audience';
import { importContacts, type Imported, type OnError } from './import-contacts';
import { existingAudience, newAudience } from './import-target';

/** Into a new audience of this name and mode, or into one that there is, of either mode. */
export type ImportInto = { name: string; mode: Mode } | { audienceId: string };

export type ImportedFile = Imported & { audience: ReturnType<typeof presentAudience> };

/**
 * What the command line imports: it has no key, and so no mode of its own.
 * @throws EngineError as `importContacts`
 */
export async function importFile(
  deps: { transact: Transact; database: Sql },
  into: ImportInto,
  onError: OnError,
  source: AsyncIterable<Uint8Array>,
): Promise<ImportedFile> {
  const { transact, database } = deps;
  if ('name' in into) {
    const target = newAudience(database, into.mode, into.name);
    const imported = await importContacts(transact, source, target, onError);
    return { ...imported, audience: presentAudience(await getAudience(database, into.mode, target.id())) };
  }
  const { id, mode } = await findInAnyMode(database, into.audienceId);
  const target = existingAudience(database, mode, id);
  const imported = await importContacts(transact, source, target, onError);
  return { ...imported, audience: presentAudience(await getAudience(database, mode, id)) };
}

async function findInAnyMode(sql: Sql, id: string): Promise<AudienceRow> {
  const row = (await findAudience(sql, 'live', id)) ?? (await findAudience(sql, 'test', id));
  if (!row) throw notFound('audience', id);
  return row;
}
