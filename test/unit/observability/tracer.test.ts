import type { TraceSettings } from '../../../engine/domain/trace-settings';
import { placeOf, traced } from '../../../engine/domain/tracing';
import type { EndedSpan } from '../../../engine/observability/tracing/encode-spans';
import { createTracer } from '../../../engine/observability/tracing/tracer';

const ALL = { followsParent: true, ratio: 1 };
const ID = 'msg_01ARZ3NDEKTSV4RRFFQ69G5FAV';

function open(sampler: TraceSettings['sampler'] = ALL) {
  const ended: EndedSpan[] = [];
  return { ended, tracer: createTracer(sampler, (span) => void ended.push(span)) };
}

describe('a tracer', () => {
  it('puts a span under the current one, over any waiting', async () => {
    const { tracer, ended } = open();
    await traced(
      tracer,
      'outer',
      () => ({}),
      async () => {
        await new Promise((resolve) => setImmediate(resolve));
        tracer.start('inner').end();
      },
    );
    const [inner, outer] = ended;
    expect(inner).toMatchObject({ name: 'inner', parentId: outer!.place.spanId });
    expect(inner!.place.traceId).toBe(outer!.place.traceId);
    expect(outer!.parentId).toBeNull();
    expect(inner!.startedAt).toBeGreaterThanOrEqual(outer!.startedAt);
    expect(inner!.endedAt).toBeLessThanOrEqual(outer!.endedAt);
  });

  it('forgets the current span when it is over, and where it is told to', () => {
    const { tracer } = open();
    const span = tracer.start('request');
    tracer.run(span, () => {
      expect(tracer.current).toMatchObject({ spanId: span.place.spanId });
      tracer.run(null, () => expect(tracer.current).toBeNull());
      span.end();
      expect(tracer.current).toBeNull();
    });
  });

  it('names an error by its kind and not by its text', async () => {
    const { tracer, ended } = open();
    const fail = traced(
      tracer,
      'work',
      () => ({}),
      () => Promise.reject(new TypeError('+14155551234 is bad')),
    );
    await expect(fail).rejects.toThrow();
    expect(ended[0]!.failure).toBe('TypeError');
  });

  it('follows the decision of the caller, and makes the same one for a message in every process', () => {
    const { tracer, ended } = open({ followsParent: true, ratio: 0.5 });
    const caller = placeOf(ID);
    const dropped = tracer.start('request', { parent: { ...caller, isSampled: false } });
    expect(dropped.traceparent).toBe(`00-${caller.traceId}-${dropped.place.spanId}-00`);
    tracer.run(dropped, () => tracer.start('inner').end());
    dropped.end();
    expect(ended).toEqual([]);
    tracer.start('request', { parent: { ...caller, isSampled: true } }).end();
    expect(ended).toHaveLength(1);
    const ids = Array.from(
      { length: 200 },
      (_, n) => `msg_01ARZ3NDEK${String(n * 49_999).padStart(16, '0')}`,
    );
    const chosen = () =>
      ids.filter((id) => tracer.start('x', { parent: placeOf(id) }).traceparent.endsWith('-01'));
    const first = chosen();
    expect(chosen()).toEqual(first);
  });

  it('begins the trace of a message at its own place', () => {
    const { tracer, ended } = open();
    tracer.moment('message.accepted', placeOf(ID), { links: [placeOf(ID)] });
    expect(ended[0]).toMatchObject({ place: placeOf(ID), parentId: null, links: [placeOf(ID)] });
  });
});
