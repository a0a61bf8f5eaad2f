import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `engine.json` in the data folder: how tools on the same machine find a running engine. */
export interface EngineFile {
  url: string;
  pid: number;
  version: string;
  /** Lets its holder ask the engine for keys, so only the file's owner can read it. Never sent: see `control-proof.ts`. */
  control_token: string;
  started_at: string;
}

const pathOf = (dataDir: string): string => join(dataDir, 'engine.json');

/** Written in one step: a reader never sees half a file. */
export function writeEngineFile(dataDir: string, content: EngineFile): void {
  const temporary = `${pathOf(dataDir)}.${content.pid}`;
  writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, pathOf(dataDir));
}

/** The file; null if it is missing or cannot be read. Its engine may be dead: see `findRunningEngine`. */
export function readEngineFile(dataDir: string): EngineFile | null {
  try {
    return JSON.parse(readFileSync(pathOf(dataDir), 'utf8')) as EngineFile;
  } catch {
    return null;
  }
}

/** Removes the file if this process wrote it. */
export function removeEngineFile(dataDir: string): void {
  if (readEngineFile(dataDir)?.pid === process.pid) rmSync(pathOf(dataDir), { force: true });
}
