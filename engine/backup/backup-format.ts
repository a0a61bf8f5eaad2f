import type { Sum } from './checksum';
import type { Counter, Table } from './tables';

/*
 * A backup is lines of JSON, compressed with gzip: the header, then for each table its rows, each an array (see
 * `table-rows.ts`), and an end with their sum; at last the end of the whole. So it can be read with `zcat`, and it restores
 * to either store and to another version of PostgreSQL.
 */

/** Grows when an engine of today could not read what is written then. */
export const FORMAT = 1;

/** The first line. */
export interface Header {
  blueticks_backup: number;
  /** The engine that made it. */
  engine: string;
  /** When its snapshot was taken. */
  created_at: string;
  /** PostgreSQL's version. */
  postgresql: string;
  /** The migrations that the schema had, in order. */
  migrations: string[];
  /** `hex` is left out on demand. */
  encryption_key: { fingerprint: string; hex?: string } | null;
  counters: Counter[];
  /** In the order in which they can be loaded. */
  tables: (Table & { rows: number })[];
}

/** The line after a table's rows. */
export interface TableEnd extends Sum {
  end_of: string;
}

/** The last line. */
export interface BackupEnd {
  end_of_backup: true;
  rows: number;
  /** Of all bytes before this line, before compression. */
  sha256: string;
}

/** A file that is not a whole backup. Nothing was restored from it. */
export class DamagedBackup extends Error {
  override readonly name = 'DamagedBackup';

  /** @param fault what is wrong, such as `it ends in the middle of the table messages` */
  constructor(file: string, fault: string) {
    super(`${file} is damaged: ${fault}. Use another backup.`);
  }
}

/** @throws Error if this is no backup, or one that this engine cannot read */
export function parseHeader(file: string, line: string): Header {
  let header: Partial<Header>;
  try {
    header = JSON.parse(line) as Partial<Header>;
  } catch {
    header = {};
  }
  if (typeof header.blueticks_backup !== 'number') {
    throw new Error(`${file} is not a backup. Use a file that "blueticks-engine backup" made.`);
  }
  if (header.blueticks_backup > FORMAT) {
    throw new Error(
      `${file} was made by a newer engine (${header.engine}). Install that version or a newer one to restore it.`,
    );
  }
  return header as Header;
}
