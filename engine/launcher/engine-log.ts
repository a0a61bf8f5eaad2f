import { openSync, readFileSync, statSync } from 'node:fs';
import { logPath } from '../data-folder/log-path';
import { folderError } from './launcher-error';

const LAST_LINES = 5;

/**
 * Opens the log for appending. Only its owner can read it. `size` is where new output begins.
 * @throws LauncherError
 */
export function openLog(dataDir: string): { descriptor: number; size: number } {
  const path = logPath(dataDir);
  try {
    return { size: sizeOf(path), descriptor: openSync(path, 'a', 0o600) };
  } catch (error) {
    throw folderError(dataDir, error);
  }
}

/** The last lines of the log, not counting its first `from` bytes; empty if there are none. */
export function lastLines(dataDir: string, from: number): string {
  const output = readFileSync(logPath(dataDir)).subarray(from).toString('utf8').trim();
  return output.split('\n').slice(-LAST_LINES).join('\n');
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
