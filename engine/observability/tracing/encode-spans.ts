import type { Attributes, SpanOptions, SpanPlace } from '../../domain/tracing';

/** A span that is over. Times are microseconds since 1970. */
export interface EndedSpan {
  name: string;
  place: SpanPlace;
  parentId: string | null;
  kind: NonNullable<SpanOptions['kind']>;
  startedAt: number;
  endedAt: number;
  attributes: Attributes;
  links: readonly SpanPlace[];
  /** Why it failed. */
  failure: string | null;
}

const KINDS = { internal: 1, server: 2, client: 3 };
const ERROR = 2;

/** The body of a request of OTLP: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export function encodeSpans(spans: readonly EndedSpan[], resource: Attributes, version: string): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: encodeAttributes(resource) },
        scopeSpans: [{ scope: { name: 'blueticks-engine', version }, spans: spans.map(encodeSpan) }],
      },
    ],
  };
}

function encodeSpan(span: EndedSpan): object {
  return {
    ...encodePlace(span.place),
    ...(span.parentId === null ? {} : { parentSpanId: span.parentId }),
    name: span.name,
    kind: KINDS[span.kind],
    startTimeUnixNano: nanoseconds(span.startedAt),
    endTimeUnixNano: nanoseconds(span.endedAt),
    attributes: encodeAttributes(span.attributes),
    links: span.links.map(encodePlace),
    ...(span.failure === null ? {} : { status: { code: ERROR, message: span.failure } }),
  };
}

const encodePlace = ({ traceId, spanId }: SpanPlace): SpanPlace => ({ traceId, spanId });

/** As text: numbers of JavaScript are not so precise. */
const nanoseconds = (microseconds: number): string => `${Math.round(microseconds)}000`;

function encodeAttributes(attributes: Attributes): object[] {
  return Object.entries(attributes).flatMap(([key, value]): object[] => {
    if (value === null || value === undefined) return [];
    if (typeof value === 'string') return [{ key, value: { stringValue: value } }];
    if (typeof value === 'boolean') return [{ key, value: { boolValue: value } }];
    return [{ key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } }];
  });
}
