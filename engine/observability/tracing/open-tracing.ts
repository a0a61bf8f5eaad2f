import { systemClock } from '../../async/clock';
import type { Log } from '../../domain/log';
import type { TraceSettings } from '../../domain/trace-settings';
import type { Tracer } from '../../domain/tracing';
import { SpanExporter } from './span-exporter';
import { createTracer } from './tracer';

/** A tracer that sends what it records. */
export interface Tracing {
  tracer: Tracer;
  close(): Promise<void>;
}

/** Loaded only if traces are wanted. */
export function openTracing(settings: TraceSettings, log: Log): Tracing {
  const exporter = new SpanExporter(settings, log, systemClock);
  return {
    tracer: createTracer(settings.sampler, (span) => exporter.add(span)),
    close: () => exporter.close(),
  };
}
