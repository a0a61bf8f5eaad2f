import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineFile } from '../data-folder/engine-file';
import { DataFolderInUse } from '../data-folder/data-folder-lock';
import { findRunningEngine } from './running-engine';

/**
 * An engine that starts has the folder before it answers, on a small machine for long; one that stops, after; a command
 * has it for a moment.
 */
const SETTLE_MS = 30_000;
const POLL_MS = 200;

/**
 * Opens what needs the data folder for itself, or finds the engine that has it. Waits a while for a holder that is
 * no engine that answers.
 *
 * @throws DataFolderInUse when the holder neither answers nor goes.
 */
export async function openOrFindEngine<T>(
  dataDir: string,
  open: () => Promise<T>,
): Promise<{ opened: T } | { engine: EngineFile }> {
  const deadline = Date.now() + SETTLE_MS;
  for (;;) {
    const engine = await findRunningEngine(dataDir);
    if (engine) return { engine };
    try {
      return { opened: await open() };
    } catch (error) {
      if (!(error instanceof DataFolderInUse) || Date.now() > deadline) throw error;
      await sleep(POLL_MS);
    }
  }
}
