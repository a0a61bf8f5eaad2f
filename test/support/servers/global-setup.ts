import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { installServers } from './install-servers';
import { forkTypeScript, nextMessage } from './typescript-child';

declare global {
  var testServers: ChildProcess | undefined;
}

/** What Jest tells a global setup that is used here. */
interface Run {
  testPathPatterns: { patterns: readonly string[] };
}

/** Starts the process that starts PostgreSQL and Redis when a test asks for them; see shared-servers.ts. */
export default async function globalSetup(run: Run): Promise<void> {
  // A whole run needs everything. Installing it now is not part of any test's time limit.
  if (run.testPathPatterns.patterns.length === 0) await installServers('postgres', 'redis');
  const child = forkTypeScript(join(__dirname, 'run-servers-child.ts'));
  globalThis.testServers = child;
  process.env['TEST_SERVERS'] = await nextMessage<string>(child);
}
