import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into any answer there is
  body: any;
}

/** Answers that a client should never get, whatever goes wrong around the engine. */
export interface OddAnswer {
  request: string;
  status: number;
  body: string;
}

/**
 * A client that asks until it is answered: an engine that is dead or out of reach is asked again. Counts on the way
 * how often it had to, and keeps every answer that is neither a success, nor a refusal, nor a proper 503.
 */
export class PersistentClient {
  unreachable = 0;
  /** Requests that an engine took and did not answer in 15 s. */
  hung = 0;
  unavailable = 0;
  private turn = 0;
  private stopped = false;
  readonly odd: OddAnswer[] = [];

  constructor(
    /** Where to ask; several take turns. */
    private readonly urls: readonly string[],
    private readonly key: string,
    private readonly patienceMs = 400_000,
  ) {}

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const deadline = Date.now() + this.patienceMs;
    while (Date.now() < deadline && !this.stopped) {
      this.turn += 1;
      const answer = await this.once(
        this.urls[this.turn % this.urls.length] as string,
        method,
        path,
        body,
        headers,
      );
      if (answer && answer.status < 500) return answer;
      await sleep(150);
    }
    const { unreachable, hung, unavailable, odd } = this;
    const counts = JSON.stringify({ unreachable, hung, unavailable, odd: odd.slice(0, 3) });
    throw new Error(`${method} ${path} was not answered in ${this.patienceMs} ms: ${counts}`);
  }

  /** Asks nothing more. Calls that are still waiting get an error. */
  stop(): void {
    this.stopped = true;
  }

  /** One request; null when no answer came. */
  async once(
    url: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer | null> {
    try {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${this.key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(15_000),
      });
      const text = await response.text();
      return this.judge(`${method} ${path}`, response.status, text);
    } catch (error) {
      if ((error as Error).name === 'TimeoutError') this.hung += 1;
      this.unreachable += 1;
      return null;
    }
  }

  private judge(request: string, status: number, text: string): Answer {
    const body = JSON.parse(text) as Answer['body'];
    if (status === 503 && body.error?.code === 'unavailable' && body.error.request_id) this.unavailable += 1;
    else if (status >= 500) this.odd.push({ request, status, body: text.slice(0, 300) });
    return { status, body };
  }
}
