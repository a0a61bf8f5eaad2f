import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { TraceSettings } from '../../domain/trace-settings';
import type { Attributes, RemotePlace, Span, SpanOptions, SpanPlace, Tracer } from '../../domain/tracing';
import type { EndedSpan } from './encode-spans';

type Parent = SpanPlace & Partial<RemotePlace>;

/** Records the sampled spans, and gives them to `onEnd`. */
export function createTracer(sampler: TraceSettings['sampler'], onEnd: (span: EndedSpan) => void): Tracer {
  const storage = new AsyncLocalStorage<Span | null>();
  // What a request has caused may go on long after it, for other reasons.
  const current = (): SpanPlace | null => {
    const span = storage.getStore();
    return span && !span.isOver ? span.place : null;
  };

  function start(name: string, options: SpanOptions = {}, at?: SpanPlace): Span {
    const parent: Parent | null = options.parent === undefined ? current() : options.parent;
    const { traceId, spanId } = at ?? { traceId: parent?.traceId ?? hex(16), spanId: hex(8) };
    const isSampled =
      sampler.followsParent && parent?.isSampled !== undefined
        ? parent.isSampled
        : isSampledByRatio(traceId, sampler.ratio);
    const place = { traceId, spanId, isSampled };
    return isSampled ? new RecordedSpan(name, place, options, parent, onEnd) : new DroppedSpan(place);
  }

  return {
    start,
    moment: (name, place, options) => start(name, { parent: null, ...options }, place).end(),
    run: (span, work) => storage.run(span, work),
    get current() {
      return current();
    },
  };
}

class RecordedSpan implements Span {
  private readonly startedAt = now();
  private attributes: Attributes;
  private failure: string | null = null;
  isOver = false;

  constructor(
    private readonly name: string,
    readonly place: RemotePlace,
    private readonly options: SpanOptions,
    private readonly parent: SpanPlace | null,
    private readonly onEnd: (span: EndedSpan) => void,
  ) {
    this.attributes = options.attributes ?? {};
  }

  get traceparent(): string {
    return traceparentOf(this.place);
  }

  set(attributes: Attributes): void {
    this.attributes = { ...this.attributes, ...attributes };
  }

  fail(reason: string): void {
    this.failure = reason;
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    const { name, place, parent, options, attributes, failure, startedAt } = this;
    const { kind = 'internal', links = [] } = options;
    this.onEnd({
      ...{ name, place, kind, links, attributes, failure, startedAt },
      parentId: parent?.traceId === place.traceId ? parent.spanId : null,
      endedAt: now(),
    });
  }
}

/** Not sampled: it is only there to be a parent. */
class DroppedSpan implements Span {
  isOver = false;

  constructor(readonly place: RemotePlace) {}

  get traceparent(): string {
    return traceparentOf(this.place);
  }

  set(): void {}
  fail(): void {}
  end(): void {
    this.isOver = true;
  }
}

/** The same answer for a trace in every process. By the last digits, since those of an id are random. */
function isSampledByRatio(traceId: string, ratio: number): boolean {
  return parseInt(traceId.slice(-13), 16) < ratio * 2 ** 52;
}

function traceparentOf({ traceId, spanId, isSampled }: RemotePlace): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** Microseconds since 1970. Does not run backwards. */
const now = (): number => (performance.timeOrigin + performance.now()) * 1000;
