import { openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { folderError } from './launcher-error';

const ROTATE_BYTES = 5 * 1024 * 1024;
const LAST_LINES = 5;

/** Where what the engine of `dataDir` says is kept, for its owner's eyes alone. */
export function logPath(dataDir: string): string {
  return join(dataDir, 'engine.log');
}

/**
 * Opens the log for appending. `size` is where what is said from now on begins.
 * @throws LauncherError
 */
export function openLog(dataDir: string): { descriptor: number; size: number } {
  const path = logPath(dataDir);
  try {
    if (sizeOf(path) > ROTATE_BYTES) renameSync(path, `${path}.1`);
    return { size: sizeOf(path), descriptor: openSync(path, 'a', 0o600) };
  } catch (error) {
    throw folderError(dataDir, error);
  }
}

/** The last lines that were said after the log had `from` bytes; empty where nothing was. */
export function lastSaid(dataDir: string, from: number): string {
  const said = readFileSync(logPath(dataDir)).subarray(from).toString('utf8').trim();
  return said.split('\n').slice(-LAST_LINES).join('\n');
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
