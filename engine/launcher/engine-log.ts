import { openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { folderError } from './launcher-error';

/** Where the engine finds its log, to begin it anew when it grows large (observability/log-file.ts). */
export const LOG_FILE_VARIABLE = 'BLUETICKS_LOG_FILE';
const LAST_LINES = 5;

/** The engine's output. Only its owner can read it. */
export function logPath(dataDir: string): string {
  return join(dataDir, 'engine.log');
}

/**
 * Opens the log for appending. `size` is where new output begins.
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
