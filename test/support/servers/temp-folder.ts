import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempFolder {
  path: string;
  remove(): Promise<void>;
}

/** A new empty folder of the test run's own, given to `owner` when there is one. */
export async function tempFolder(name: string, owner?: { uid: number; gid: number }): Promise<TempFolder> {
  const path = await mkdtemp(join(tmpdir(), `blueticks-test-${name}-`));
  if (owner) await chown(path, owner.uid, owner.gid);
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}
