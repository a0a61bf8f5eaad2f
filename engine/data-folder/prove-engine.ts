import { CHALLENGE_PATH, isEngineProof, newNonce, toolAuthorization } from './control-proof';
import type { EngineFile } from './engine-file';

const TIMEOUT_MS = 2_000;
/** A stranger's answer may have no end. */
const MOST_BYTES = 4_096;

/** An engine that has just proved that it knows the token of `engine.json`. */
export interface ProvenEngine {
  /** The `Authorization` header for one request to it. @param path with its query, such as `/control/keys` */
  authorize(method: string, path: string): string;
}

/**
 * Lets the program that answers at the URL of `engine.json` prove that it is the engine of that data folder: after a crash,
 * it may be anyone's. Sends only a random number.
 * @returns null if nobody answers in time, or it cannot prove it
 */
export async function proveEngine({
  url,
  control_token: token,
}: Pick<EngineFile, 'url' | 'control_token'>): Promise<ProvenEngine | null> {
  const nonce = newNonce();
  try {
    const response = await fetch(`${url}${CHALLENGE_PATH}?nonce=${nonce}`, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { challenge, proof } = JSON.parse(await shortText(response)) as Record<string, unknown>;
    if (typeof challenge !== 'string' || typeof proof !== 'string') return null;
    if (!isEngineProof(token, nonce, challenge, proof)) return null;
    return { authorize: (method, path) => toolAuthorization(token, challenge, method, path) };
  } catch {
    return null;
  }
}

async function shortText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).length;
    if (bytes > MOST_BYTES) throw new Error('The answer is too long.');
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString('utf8');
}
