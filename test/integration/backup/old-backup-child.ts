import { join } from 'node:path';
import { beginSnapshot } from '../../../engine/backup/table-rows';
import { writeBackup } from '../../../engine/backup/write-backup';
import { openPglite } from '../../../engine/store/embedded/open-pglite';
import { PglitePool } from '../../../engine/store/embedded/pglite-pool';
import { PgliteThread } from '../../../engine/store/embedded/pglite-thread';
import { migrate } from '../../../engine/store/sql/migrate';
import { SqlDatabase } from '../../../engine/store/sql/sql-database';
import { tempFolder } from '../../support/servers/temp-folder';
import { fillTables } from './fill-tables';
import { firstMigrations } from './old-store';

/* Makes a backup for test/assets of the schema after some migrations: node -r test/support/servers/typescript-hook.cjs FILE 33 */

async function main(): Promise<void> {
  const count = Number(process.argv[2]);
  const folder = await tempFolder('old-backup');
  const thread = new PgliteThread();
  await openPglite(thread, undefined);
  const database = new SqlDatabase('embedded', new PglitePool(thread));
  await migrate(database, undefined, await firstMigrations(folder.path, count));
  await fillTables(database);
  const number = String(count).padStart(3, '0');
  await database.transaction(async (tx) => {
    await beginSnapshot(tx);
    const file = join(__dirname, '..', '..', 'assets', `schema-${number}.backup`);
    const now = new Date('2026-11-28T12:00:00Z');
    await writeBackup(tx, { file, encryptionKey: null, now, onProgress: () => undefined });
  });
  await database.close();
  await folder.remove();
}

void main();
