import { readFolderHolder } from './data-folder-lock';
import { readEngineFile, type EngineFile } from './engine-file';
import { holderState } from './lock-holder';
import { proveEngine } from './prove-engine';

const PROBE_TIMEOUT_MS = 2_000;

/**
 * The engine that works in `dataDir` and answers, or null. The file alone proves nothing: its engine may have been
 * killed, and any program may have its port by now. So the one that answers has to prove that it knows the token.
 */
export async function findRunningEngine(dataDir: string): Promise<EngineFile | null> {
  const file = readEngineFile(dataDir);
  return file && (await proveEngine(file)) ? file : null;
}

/**
 * The engine of `engine.json` if its process is certain to be the one that holds the folder, whether it answers or not.
 * Only the folder's owner can write there, so this needs no proof.
 */
export async function engineHolding(dataDir: string): Promise<EngineFile | null> {
  const file = readEngineFile(dataDir);
  const holder = await readFolderHolder(dataDir);
  return file && holder?.pid === file.pid && holderState(holder) === 'alive' ? file : null;
}

/** The process id that the engine at `url` gives, or null if none answers. It may be anyone's answer. */
export async function pidAt(url: string): Promise<number | null> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    const { pid } = (await response.json()) as { pid?: unknown };
    // With 503 it works, but its database does not answer.
    const isEngine = response.ok || response.status === 503;
    return isEngine && typeof pid === 'number' ? pid : null;
  } catch {
    return null;
  }
}
