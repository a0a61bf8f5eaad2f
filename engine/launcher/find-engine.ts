import type { EngineFile } from '../data-folder/engine-file';
import { engineHolding, findRunningEngine } from '../data-folder/running-engine';
import { VERSION } from '../version';

/** A running engine on this machine, which has proved that it is the one of the data folder. */
export interface RunningEngine {
  baseUrl: string;
  /** Its file, to ask it for keys. */
  file: EngineFile;
  pid: number;
  startedAt: string;
}

const askedToStop = new Set<number>();

/**
 * The engine that works in `dataDir`, if it answers. An engine of an earlier version does not count: after an update, it
 * would not understand the nodes. If it cannot be stopped from here (another user or container), it is used anyway.
 */
export async function findEngine(dataDir: string): Promise<RunningEngine | undefined> {
  const file = await findRunningEngine(dataDir);
  if (!file || (isOlder(file.version, VERSION) && signal(file.pid, 0))) return undefined;
  return {
    baseUrl: file.url,
    file,
    pid: file.pid,
    startedAt: file.started_at,
  };
}

/**
 * Stops an engine of an earlier version, which may be too old to prove that it is the engine of the folder: then the
 * lock of the folder says so. Asks each engine only once: a second signal would not let it finish.
 */
export async function endOlderEngine(dataDir: string): Promise<void> {
  const file = (await engineHolding(dataDir)) ?? (await findRunningEngine(dataDir));
  if (!file || !isOlder(file.version, VERSION) || askedToStop.has(file.pid)) return;
  if (signal(file.pid, 'SIGTERM')) askedToStop.add(file.pid);
}

function signal(pid: number, what: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, what);
  } catch {
    return false;
  }
}

/** True only if both look like 1.2.3 and the first is lower. */
function isOlder(version: string, than: string): boolean {
  const numbers = (text: string): number[] => text.split(/[.-]/).slice(0, 3).map(Number);
  const [a, b] = [numbers(version), numbers(than)];
  const at = a.findIndex((number, index) => number !== b[index]);
  return at >= 0 && (a[at] ?? NaN) < (b[at] ?? NaN);
}
