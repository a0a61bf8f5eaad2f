import { request } from 'undici';
import { systemClock, type Clock } from '../async/clock';
import { connectionFault } from '../network/connection-fault';
import { withDeadline } from '../async/deadline';
import { createGuardedAgent, type GuardOptions } from '../network/guarded-agent';

/** The contract's "2xx within 10 s". */
const TIMEOUT_MS = 10_000;
/** The response is not used, but reading a little of it keeps the connection open for the next event. */
const BODY_LIMIT_BYTES = 64 * 1024;

export interface Post {
  url: string;
  body: string;
  /** The signatures, and `traceparent` with traces. */
  headers: Record<string, string>;
}

/** `error` is for people to read. `status` is null if there was no response. */
export type PostResult = { ok: true; status: number } | { ok: false; status: number | null; error: string };

export interface Poster {
  /**
   * Posts one event immediately: the caller limits how many a receiver gets at a time. Never throws.
   */
  post(event: Post): Promise<PostResult>;
  /** Waits for requests in progress (10 s at most). */
  close(): Promise<void>;
}

export interface PosterOptions extends Pick<GuardOptions, 'targets' | 'ca' | 'lookup'> {
  /** The engine's version, for the User-Agent header. */
  version: string;
  clock?: Clock;
}

export function createPoster(options: PosterOptions): Poster {
  const { clock = systemClock, version, ...guard } = options;
  const agent = createGuardedAgent({ ...guard, connectTimeoutMs: TIMEOUT_MS });
  let closed: Promise<void> | null = null;

  async function exchange({ url, body, headers }: Post): Promise<PostResult> {
    let status: number | null = null;
    try {
      await withDeadline(clock, TIMEOUT_MS, async (signal) => {
        const response = await request(url, {
          dispatcher: agent,
          method: 'POST',
          body,
          signal,
          headers: {
            ...headers,
            'content-type': 'application/json',
            'user-agent': `blueticks-engine/${version}`,
          },
        });
        status = response.statusCode;
        await response.body.dump({ limit: BODY_LIMIT_BYTES, signal });
      });
    } catch (error) {
      if (status === null) return { ok: false, status, error: connectionFault(error).text };
      // The status counts, even if the body never ended.
    }
    return verdict(status ?? 0);
  }

  return {
    async post(event) {
      if (!URL.canParse(event.url)) return { ok: false, status: null, error: 'target is not a URL' };
      return exchange(event);
    },
    close: () => (closed ??= agent.close()),
  };
}

function verdict(status: number): PostResult {
  if (status >= 200 && status < 300) return { ok: true, status };
  if (status >= 300 && status < 400) {
    return { ok: false, status, error: `redirected (${status}); redirects are not followed` };
  }
  return { ok: false, status, error: `answered ${status}` };
}
