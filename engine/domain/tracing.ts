import { bitsOfId } from './ids';

/** Facts about a span: ids and short words. Never texts, names, keys or phone numbers. */
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Where a span is: 32 hex digits of its trace and 16 of its own, as in W3C Trace Context. */
export interface SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
}

/** A span of another process, and whether that records it. */
export interface RemotePlace extends SpanPlace {
  readonly isSampled: boolean;
}

export interface SpanOptions {
  kind?: 'internal' | 'server' | 'client';
  /** Absent: the current span, or none. */
  parent?: SpanPlace | RemotePlace | null;
  attributes?: Attributes;
  links?: readonly SpanPlace[];
}

/** Something that takes time. */
export interface Span {
  readonly place: SpanPlace;
  /** Of the header `traceparent`, to send along. */
  readonly traceparent: string;
  readonly isOver: boolean;
  set(attributes: Attributes): void;
  /** @param reason a short word */
  fail(reason: string): void;
  end(): void;
}

/**
 * Records spans. Parts get one only if traces are wanted, so that nothing is spent otherwise.
 *
 * The trace of a message is its id: whichever process works on it at whatever time finds it without storing anything. Its
 * first span, also made from the id, is its acceptance, and all that happens to it later is a child of that.
 */
export interface Tracer {
  start(name: string, options?: SpanOptions): Span;
  /** A span at a given place that takes no time. */
  moment(name: string, place: SpanPlace, options?: SpanOptions): void;
  /**
   * Runs `work`, and all that it causes, with `span` as the current one until it ends; null: with none, as for work that
   * is for others too.
   */
  run<T>(span: Span | null, work: () => T): T;
  readonly current: SpanPlace | null;
}

/** Runs `work` in a span, if there is a tracer. */
export async function traced<T>(
  tracer: Tracer | undefined,
  name: string,
  options: () => SpanOptions,
  work: (span?: Span) => Promise<T>,
): Promise<T> {
  if (!tracer) return work();
  const span = tracer.start(name, options());
  try {
    return await tracer.run(span, () => work(span));
  } catch (error) {
    // Its message may hold what a person wrote.
    span.fail(error instanceof Error ? error.name : 'error');
    throw error;
  } finally {
    span.end();
  }
}

/** The place of the first span of what has this prefixed id: a trace of its own. */
export function placeOf(id: string): SpanPlace {
  const traceId = bitsOfId(id).toString(16).padStart(32, '0');
  return { traceId, spanId: traceId.slice(16) };
}

/** The message that an event is about, or a reply to; null if there is none. @param data of the event */
export function messageOfEvent(data: object): string | null {
  const { id, in_reply_to_message_id: repliedTo } = data as Record<string, unknown>;
  const message = [id, repliedTo].find((one) => typeof one === 'string' && one.startsWith('msg_'));
  return (message as string | undefined) ?? null;
}

/** The place of an event: in the trace of its message, or in one of its own. */
export function placeOfEvent(eventId: string, messageId: string | null): SpanPlace {
  const own = placeOf(eventId);
  return messageId === null ? own : { traceId: placeOf(messageId).traceId, spanId: own.spanId };
}

/** @param header the header `traceparent`; null if there is none that can be read */
export function readTraceparent(header: string | undefined): RemotePlace | null {
  const match = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-|$)/.exec(header ?? '');
  if (!match || header!.startsWith('ff')) return null;
  const [, traceId, spanId, flags] = match;
  if (/^0+$/.test(traceId!) || /^0+$/.test(spanId!)) return null;
  return { traceId: traceId!, spanId: spanId!, isSampled: (parseInt(flags!, 16) & 1) === 1 };
}
