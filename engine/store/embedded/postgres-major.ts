import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The PostgreSQL in PGlite, whose folders no other major version can read. */
export const POSTGRES_MAJOR = 18;

/** The data folder holds a database that this engine cannot read. */
export class UnreadableFolder extends Error {
  override readonly name = 'UnreadableFolder';
}

/** @throws UnreadableFolder if `folder` is not a database of this PostgreSQL */
export function refuseOtherPostgres(folder: string): void {
  const found = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  if (found === String(POSTGRES_MAJOR)) return;
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(found)) {
    throw new UnreadableFolder(
      `${folder} is damaged, or not a database: its PG_VERSION does not hold a version. Restore it from a backup, or set BLUETICKS_DATA_DIR to another folder.`,
    );
  }
  throw new UnreadableFolder(
    `${folder} was written by PostgreSQL ${found}, and this version of the engine has PostgreSQL ${POSTGRES_MAJOR}, which cannot read it. ` +
      'Start the version of the engine that wrote it, or set BLUETICKS_DATA_DIR to another folder.',
  );
}
