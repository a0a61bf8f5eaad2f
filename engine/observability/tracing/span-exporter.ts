import type { Clock } from '../../async/clock';
import { Rerun } from '../../async/rerun';
import type { Log } from '../../domain/log';
import type { TraceSettings } from '../../domain/trace-settings';
import { VERSION } from '../../version';
import { encodeSpans, type EndedSpan } from './encode-spans';

/** How long closing waits for what is left to be sent. */
const LAST_MS = 2_000;

/**
 * Sends spans to an OpenTelemetry collector by OTLP over HTTP, in JSON, a few seconds after they ended. Nobody waits for it:
 * if the collector is slow or away, at most a fixed number of spans wait, and newer ones are dropped.
 */
export class SpanExporter {
  private waiting: EndedSpan[] = [];
  private failing = false;
  private readonly ending = new AbortController();
  private readonly sends: Rerun;

  constructor(
    private readonly settings: TraceSettings,
    private readonly log: Log,
    clock: Clock,
  ) {
    this.sends = new Rerun({
      clock,
      run: () => this.send(),
      everyMs: settings.queue.everyMs,
      retryMs: settings.queue.everyMs,
      // What could not be sent is dropped with its request, so there is nothing to try again before the next round.
      onError: (error) => this.failed(error),
    });
    this.sends.wake();
  }

  add(span: EndedSpan): void {
    const { most, atOnce } = this.settings.queue;
    if (this.waiting.length >= most) return;
    this.waiting.push(span);
    if (this.waiting.length === atOnce) this.sends.wake();
  }

  /** Sends what is left, for two seconds at most. */
  async close(): Promise<void> {
    const end = setTimeout(() => this.ending.abort(), LAST_MS);
    await this.sends.close();
    await this.send().catch((error: unknown) => this.failed(error));
    clearTimeout(end);
  }

  private async send(): Promise<void> {
    if (this.waiting.length === 0) return;
    const { url, headers, resource, timeoutMs, queue } = this.settings;
    while (this.waiting.length > 0) {
      const spans = this.waiting.splice(0, queue.atOnce);
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(encodeSpans(spans, resource, VERSION)),
        redirect: 'error',
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), this.ending.signal]),
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`the collector answered ${response.status}`);
    }
    if (this.failing) this.log.info({}, 'traces are sent again');
    this.failing = false;
  }

  /** Told once, not every few seconds. */
  private failed(error: unknown): void {
    if (!this.failing) this.log.warn({ err: error }, 'traces cannot be sent and are dropped until they can');
    this.failing = true;
  }
}
