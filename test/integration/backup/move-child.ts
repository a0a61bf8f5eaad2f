import { moveStore } from '../../../engine/backup/move-store';
import { openDatabase } from '../../../engine/store/open-database';
import { silentLog } from '../../support/servers/silent-log';

/* Moves a store, and says each step, so that a test can kill it at one. */

const [dataDir, databaseUrl, targetUrl] = process.argv.slice(2) as [string, string, string];

const tell = (message: object): Promise<void> =>
  new Promise((resolve) => process.send!(message, () => resolve()));

async function main(): Promise<void> {
  const source = await openDatabase({ dataDir, databaseUrl: databaseUrl || null, log: silentLog });
  const target = await openDatabase({ dataDir, databaseUrl: targetUrl, log: silentLog });
  const moved = await moveStore(
    { database: source, shown: 'here' },
    { database: target, shown: 'there' },
    { onProgress: (rows) => void tell({ rows }), onVerify: () => void tell({ verifying: true }) },
  );
  await target.close();
  await source.close();
  await tell({ moved });
}

main().then(
  () => process.exit(0),
  async (error: Error) => {
    await tell({ error: error.message });
    process.exit(1);
  },
);
