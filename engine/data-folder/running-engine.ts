import { readEngineFile, type EngineFile } from './engine-file';

const PROBE_TIMEOUT_MS = 2_000;

/**
 * The engine that works in `dataDir` and answers, or null. The file alone proves nothing: its engine may have been
 * killed, and another process may have its port, or even its process id, by now.
 */
export async function findRunningEngine(dataDir: string): Promise<EngineFile | null> {
  const file = readEngineFile(dataDir);
  return file && (await pidAt(file.url)) === file.pid ? file : null;
}

/** The process id of the engine that answers at `url`, or null if none does. */
export async function pidAt(url: string): Promise<number | null> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    const { pid } = (await response.json()) as { pid?: unknown };
    return response.ok && typeof pid === 'number' ? pid : null;
  } catch {
    return null;
  }
}
