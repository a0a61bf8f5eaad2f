import { refuseMoved } from './backup/refuse-moved';
import type { EngineConfig } from './config';
import { newId } from './domain/ids';
import type { Encryption } from './encryption/encryption';
import { encryptionKeyPath } from './encryption/encryption-key';
import { WrongKey } from './encryption/wrong-key';
import { prepareQueueSchema } from './queue/postgres-queue-store';
import { migrate } from './store/sql/migrate';
import type { Database } from './store/sql/database';
import { ensureAccount, type AccountRow } from './store/tables/accounts';
import { unlockDeliveries } from './store/tables/deliveries';
import { readSealedSamples } from './store/tables/sealed-samples';
import { ensureSandboxSession, saveUnconnected } from './store/tables/sessions';

/** The sandbox's own number, from a block that is never assigned. */
const SANDBOX_PHONE = '+15005550100';

/**
 * Opens the database, brings it up to date, and makes sure of what every engine has: its account and the sandbox.
 * @throws WrongKey, the error of opening it, or of `migrate`; StoreMoved if its data is now elsewhere
 */
export async function prepareDatabase(
  database: Database,
  config: EngineConfig,
  now: Date,
  encryption: Encryption,
): Promise<AccountRow> {
  await database.open();
  await migrate(database, config.redisUrl === null ? prepareQueueSchema : undefined);
  await refuseMoved(database);
  await refuseOtherKey(database, encryption, config);
  const account = await ensureAccount(database, () => ({
    id: newId('account'),
    name: 'My account',
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    created_at: now,
  }));
  await ensureSandboxSession(database, newId('session'), SANDBOX_PHONE, now);
  // Nobody else uses it, so what an earlier process was doing is over.
  const alone = database.kind === 'embedded';
  if (alone) await unlockDeliveries(database);
  await saveUnconnected(database, alone);
  return account;
}

/** With another key, everything that is sealed would be lost, one piece after the other. @throws WrongKey */
async function refuseOtherKey(
  database: Database,
  encryption: Encryption,
  { dataDir, encryptionKey }: EngineConfig,
): Promise<void> {
  if (encryption.opensSome(await readSealedSamples(database))) return;
  throw new WrongKey(
    encryptionKey === null ? `The key in ${encryptionKeyPath(dataDir)}` : 'BLUETICKS_ENCRYPTION_KEY',
  );
}
