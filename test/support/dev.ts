/*
 * `npm run dev`: the engine from its sources, restarted by `node --watch` when one of them changes. It has a data folder of
 * its own, ./tmp/dev, and a test key that sends to simulated recipients.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureOf } from '../../engine/cli/exit-codes';
import { onStopSignal } from '../../engine/cli/stop-signal';
import { readConfig } from '../../engine/config';
import { startEngine } from '../../engine/start';

const DATA_DIR = 'tmp/dev';
const KEY_FILE = join(DATA_DIR, 'test-key');

async function main(): Promise<void> {
  const stopped = onStopSignal();
  const config = readConfig({
    BLUETICKS_DATA_DIR: DATA_DIR,
    BLUETICKS_LOG_LEVEL: process.env['BLUETICKS_LOG_LEVEL'] ?? 'warn',
    BLUETICKS_SANDBOX_SPEED: '10',
  });
  const engine = await startEngine(config);
  // Every process has a new key: in a file, so that the command below stays the same.
  await writeFile(KEY_FILE, await engine.localKey('test'), { mode: 0o600 });
  console.log(`
The engine runs from source at ${engine.url} and restarts when a file changes. Its data is in ${DATA_DIR}.

  curl ${engine.url}/v1/messages -H "authorization: Bearer $(cat ${KEY_FILE})" \\
    -H 'content-type: application/json' -d '{"type":"text","to":"+15005550001","text":"Hello"}'
`);
  await stopped;
  await engine.close();
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(failureOf(error).message);
    process.exit(1);
  },
);
