import type { Mode } from '../domain/mode';
import { readEngineFile, type EngineFile } from '../data-folder/engine-file';

const PROBE_TIMEOUT_MS = 2_000;

/** The engine that works in `dataDir` and answers, or null. */
export async function findRunningEngine(dataDir: string): Promise<EngineFile | null> {
  const file = readEngineFile(dataDir);
  // Another process may have been given the port, and even the number, of an engine that was killed.
  return file && (await pidAt(file.url)) === file.pid ? file : null;
}

/** A key of this mode that the engine hands to tools of its own machine; good for the life of its process. */
export async function keyOf(engine: EngineFile, mode: Mode): Promise<string> {
  const response = await fetch(`${engine.url}/control/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${engine.control_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ mode }),
    signal: AbortSignal.timeout(10_000),
  });
  const answer = (await response.json()) as { api_key?: string };
  if (answer.api_key) return answer.api_key;
  throw new Error(`The engine at ${engine.url} handed over no key (status ${response.status}); restart it.`);
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
