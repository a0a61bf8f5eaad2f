import { readConfig } from '../../../engine/config';
import { Encryption } from '../../../engine/encryption/encryption';
import { loadOrCreateEncryptionKey } from '../../../engine/encryption/encryption-key';
import { prepareDatabase } from '../../../engine/prepare-database';
import { openDatabase } from '../../../engine/store/open-database';
import type { Database } from '../../../engine/store/sql/database';
import { silentLog } from '../servers/silent-log';

/** Opens what an engine opens first, as it does: the key, the database and its tables. */
export async function openStore(
  dataDir: string,
  preparedData: string,
): Promise<{ database: Database; encryption: Encryption }> {
  const encryption = new Encryption(await loadOrCreateEncryptionKey(dataDir, null));
  const erasureKey = encryption.erasureKey();
  const database = await openDatabase({
    dataDir,
    databaseUrl: null,
    log: silentLog,
    erasureKey,
    preparedData,
  });
  const config = readConfig({ BLUETICKS_DATA_DIR: dataDir }, {});
  await prepareDatabase(database, config, new Date(), encryption);
  return { database, encryption };
}
