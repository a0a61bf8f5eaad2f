/** A message as the API shows it; of its fields, those that the demo looks at. */
export interface ShownMessage {
  id: string;
  to: string;
  text: string | null;
  status: string;
  send_at: string | null;
  sent_at: string | null;
  read_at: string | null;
  canceled_at: string | null;
}

export type CallApi = <T>(method: string, path: string, body?: object) => Promise<T>;

/** Calls the engine's API, as any program would. */
export function apiOf(url: string, key: string): CallApi {
  return async <T>(method: string, path: string, body?: object) => {
    const response = await fetch(`${url}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(10_000),
    });
    const answer = (await response.json()) as { error?: { message: string } };
    if (answer.error)
      throw new Error(`${method} ${path} was answered ${response.status}: ${answer.error.message}`);
    return answer as T;
  };
}
