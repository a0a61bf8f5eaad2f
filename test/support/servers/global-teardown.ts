import { ended } from './typescript-child';

/** Stops the servers of the run. */
export default async function globalTeardown(): Promise<void> {
  const child = globalThis.testServers;
  if (!child) return;
  if (child.connected) child.disconnect();
  await ended(child);
}
