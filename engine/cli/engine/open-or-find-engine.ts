import { setTimeout as sleep } from 'node:timers/promises';
import { DataFolderInUse } from '../../data-folder/data-folder-lock';
import type { EngineFile } from '../../data-folder/engine-file';
import { findRunningEngine } from '../../data-folder/running-engine';

/**
 * How long to wait for the holder of the folder. A starting engine holds it before it answers (for long, on a small
 * machine), a stopping one after it answers, and another command for a moment.
 */
const SETTLE_MS = 30_000;
const POLL_MS = 200;

/**
 * Opens something that needs the data folder for itself, or finds the engine that already has it.
 * @throws DataFolderInUse if the holder neither answers nor leaves in time.
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
