import { newId } from '../../domain/ids';
import type { Mode } from '../../domain/mode';
import { invalidRequest, type ErrorDetail } from '../../errors';
import type { Work } from '../../events/transact';
import { insertAudience } from '../../store/tables/audiences';
import type { Sql } from '../../store/sql/database';
import { getAudience } from '../audiences';
import { lockExisting } from '../contacts';

/** The audience that an import goes into. */
export interface ImportTarget {
  /** Locks it for a transaction. @returns its id. @throws EngineError `not_found` */
  lock(work: Work): Promise<string>;
  /** How many contacts it has. @param faults of the file's rows, for an audience that got none of them. */
  count(faults: ErrorDetail[]): Promise<number>;
}

/** An audience that there is. */
export function existingAudience(sql: Sql, mode: Mode, id: string): ImportTarget {
  return {
    async lock(work) {
      return (await lockExisting(work, mode, id)).id;
    },
    count: async () => (await getAudience(sql, mode, id)).contact_count,
  };
}

/** One that is made with its first contacts: a file without a good row makes none. */
export function newAudience(sql: Sql, mode: Mode, name: string): ImportTarget & { id: () => string } {
  let made: string | null = null;
  return {
    async lock(work) {
      if (made !== null) return (await lockExisting(work, mode, made)).id;
      const id = newId('audience');
      await insertAudience(work.sql, { id, mode, name, contact_count: 0, created_at: work.now });
      // A transaction that fails takes the audience back, and with it ends the import.
      made = id;
      return id;
    },
    async count(faults) {
      if (made !== null) return (await getAudience(sql, mode, made)).contact_count;
      const message = 'has no valid contact, so no audience was created.';
      throw invalidRequest([...faults, { path: '', code: 'empty', message }]);
    },
    id: () => made ?? '',
  };
}
