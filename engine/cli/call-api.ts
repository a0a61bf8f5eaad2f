import { EngineError, type ErrorCode } from '../errors';

export type CallApi = <T>(method: string, path: string, body?: object) => Promise<T>;

/** Longer than the API waits for the process that owns a session. */
const TIMEOUT_MS = 30_000;

/**
 * Calls the engine's API, as any program would.
 * @param aborted ends what is being asked.
 * @throws EngineError as the API answers it.
 */
export function apiOf(url: string, key: string, aborted?: AbortSignal): CallApi {
  return async <T>(method: string, path: string, body?: object) => {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`${url}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: aborted ? AbortSignal.any([aborted, timeout]) : timeout,
    });
    const answer = (await response.json()) as { error?: { code: ErrorCode; message: string } };
    if (answer.error) {
      throw new EngineError(answer.error.code, answer.error.message, { status: response.status });
    }
    return answer as T;
  };
}
