import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a running engine says of itself in its data folder, for the tools of the same machine. */
export interface EngineFile {
  url: string;
  pid: number;
  version: string;
  /** Lets its holder ask the engine for keys: the file is for its owner's eyes alone. */
  control_token: string;
  started_at: string;
}

const pathOf = (dataDir: string): string => join(dataDir, 'engine.json');

/** Written whole or not at all: a reader never sees half a file. */
export function writeEngineFile(dataDir: string, content: EngineFile): void {
  const temporary = `${pathOf(dataDir)}.${content.pid}`;
  writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, pathOf(dataDir));
}

/** The file, or null where none is or it cannot be read. Its engine may be dead: ask its `/healthz`. */
export function readEngineFile(dataDir: string): EngineFile | null {
  try {
    return JSON.parse(readFileSync(pathOf(dataDir), 'utf8')) as EngineFile;
  } catch {
    return null;
  }
}

/** Removes the file if it is still this process's own. */
export function removeEngineFile(dataDir: string): void {
  if (readEngineFile(dataDir)?.pid === process.pid) rmSync(pathOf(dataDir), { force: true });
}
