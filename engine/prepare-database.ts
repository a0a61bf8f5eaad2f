import { refuseMoved } from './backup/refuse-moved';
import type { EngineConfig } from './config';
import { newId } from './domain/ids';
import { prepareQueueSchema } from './queue/postgres-queue-store';
import { migrate } from './store/sql/migrate';
import type { Database } from './store/sql/database';
import { ensureAccount, type AccountRow } from './store/tables/accounts';
import { unlockDeliveries } from './store/tables/deliveries';
import { ensureSandboxSession, saveAllConnecting } from './store/tables/sessions';

/** The sandbox's own number, from a block that is never assigned. */
const SANDBOX_PHONE = '+15005550100';

/**
 * Opens the database, brings it up to date, and makes sure of what every engine has: its account and the sandbox.
 * @throws the error of opening it, or of `migrate`; StoreMoved if its data is now elsewhere
 */
export async function prepareDatabase(
  database: Database,
  config: EngineConfig,
  now: Date,
): Promise<AccountRow> {
  await database.open();
  await migrate(database, config.redisUrl === null ? prepareQueueSchema : undefined);
  await refuseMoved(database);
  const account = await ensureAccount(database, () => ({
    id: newId('account'),
    name: 'My account',
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    created_at: now,
  }));
  await ensureSandboxSession(database, newId('session'), SANDBOX_PHONE, now);
  // Nobody else uses it, so what an earlier process was doing is over.
  if (database.kind === 'embedded') {
    await unlockDeliveries(database);
    await saveAllConnecting(database);
  }
  return account;
}
