import { readEngineFile, type EngineFile } from '../engine-file';

const PROBE_TIMEOUT_MS = 2_000;

/** The engine that works in `dataDir` and answers, or null. */
export async function findRunningEngine(dataDir: string): Promise<EngineFile | null> {
  const file = readEngineFile(dataDir);
  // Another process may have been given the port, and even the number, of an engine that was killed.
  return file && (await pidAt(file.url)) === file.pid ? file : null;
}

/** The process number of the engine that answers at `url`, or null when none does. */
export async function pidAt(url: string): Promise<number | null> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    const { pid } = (await response.json()) as { pid?: unknown };
    return response.ok && typeof pid === 'number' ? pid : null;
  } catch {
    return null;
  }
}
