import type { Dispatcher } from 'undici';
import { systemClock, type Clock } from '../async/clock';
import { connectionFault } from '../network/connection-fault';
import { DeadlineError } from '../async/deadline';
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

  /** Straight to the dispatcher: undici's `request` makes a stream and a signal for each, which is half of what it costs. */
  function exchange({ url, body, headers }: Post): Promise<PostResult> {
    const { origin, pathname, search } = new URL(url);
    return new Promise((resolve) => {
      let status: number | null = null;
      let controller: Dispatcher.DispatchController | null = null;
      let tooLate: DeadlineError | null = null;
      let left = BODY_LIMIT_BYTES;
      // The status counts, even if the body never ends.
      const end = (error?: unknown): void => {
        cancel();
        resolve(
          status === null ? { ok: false, status, error: connectionFault(error).text } : verdict(status),
        );
      };
      const cancel = clock.after(TIMEOUT_MS, () => {
        tooLate = new DeadlineError(TIMEOUT_MS);
        end(tooLate);
        controller?.abort(tooLate);
      });
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart(started) {
          controller = started;
          // It waited for a connection until now.
          if (tooLate) started.abort(tooLate);
        },
        onResponseStart(_controller, statusCode) {
          if (statusCode >= 200) status = statusCode;
        },
        onResponseData(responding, chunk) {
          left -= chunk.length;
          if (left < 0) responding.abort(new Error('the response is longer than needed'));
        },
        onResponseEnd: () => end(),
        onResponseError: (_controller, error) => end(error),
      };
      const own = { 'content-type': 'application/json', 'user-agent': `blueticks-engine/${version}` };
      const request = {
        origin,
        path: pathname + search,
        method: 'POST',
        body,
        headers: { ...headers, ...own },
      };
      try {
        agent.dispatch(request as Dispatcher.DispatchOptions, handler);
      } catch (error) {
        end(error);
      }
    });
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
