import { readTraceSettings, type TraceSettings } from '../../../engine/domain/trace-settings';
import { placeOf } from '../../../engine/domain/tracing';
import { newId } from '../../../engine/domain/ids';
import type { EndedSpan } from '../../../engine/observability/tracing/encode-spans';
import { SpanExporter } from '../../../engine/observability/tracing/span-exporter';
import { FakeClock } from '../../support/clock/fake-clock';
import { until } from '../../support/engine/until';
import { TraceCollector } from '../../support/servers/trace-collector';

const span = (name = 'x'): EndedSpan => ({
  ...{ name, place: placeOf(newId('event')), parentId: null, kind: 'client', failure: null, links: [] },
  ...{ startedAt: 1_767_600_000_000_123, endedAt: 1_767_600_000_000_456 },
  attributes: { text: 'a', whole: 3, half: 0.5, yes: true, none: null },
});

describe('the exporter of spans', () => {
  let collector: TraceCollector;
  let clock: FakeClock;
  let lines: string[];
  beforeEach(async () => {
    collector = await TraceCollector.start();
    clock = new FakeClock();
    lines = [];
  });
  afterEach(() => collector.stop());

  function open(queue: TraceSettings['queue'], timeoutMs = 10_000): SpanExporter {
    const settings = readTraceSettings(collector.url, { OTEL_SERVICE_NAME: 'mine' })!;
    const add = (_fields: object, message: string): void => void lines.push(message);
    return new SpanExporter({ ...settings, queue, timeoutMs }, { info: add, warn: add, error: add }, clock);
  }
  const QUEUE = { most: 100, atOnce: 10, everyMs: 5_000 };

  it('sends what it has every few seconds, at once when it is much, and at the end', async () => {
    const exporter = open(QUEUE);
    await clock.advanceAsync(0);
    exporter.add(span('first'));
    await clock.advanceAsync(5_000);
    await until('it came', () => collector.spans.length === 1);
    const [{ attributes, startTimeUnixNano, endTimeUnixNano, kind }] = collector.spans as [never];
    expect({ attributes, startTimeUnixNano, endTimeUnixNano, kind }).toEqual({
      attributes: { text: 'a', whole: 3, half: 0.5, yes: true },
      startTimeUnixNano: '1767600000000123000',
      endTimeUnixNano: '1767600000000456000',
      kind: 3,
    });
    expect(collector.resources[0]).toEqual({ 'service.name': 'mine' });
    for (let n = 0; n < 10; n += 1) exporter.add(span());
    await until('ten came', () => collector.spans.length === 11);
    exporter.add(span('last'));
    await exporter.close();
    expect(collector.spans.at(-1)!.name).toBe('last');
    expect(lines).toEqual([]);
  });

  it('keeps no more than its share for a collector that never answers, and does not hold up the end', async () => {
    collector.answer = null;
    const exporter = open(QUEUE, 200);
    await clock.advanceAsync(0);
    for (let n = 0; n < 5_000; n += 1) exporter.add(span());
    await until('it gave up', () => lines.length > 0);
    expect(collector.requests).toBe(1);
    collector.answer = 200;
    await exporter.close();
    expect(collector.spans.length).toBeLessThanOrEqual(QUEUE.most);
    expect(lines).toEqual(['traces cannot be sent and are dropped until they can', 'traces are sent again']);
  });

  it('tells once that the collector refuses, however long', async () => {
    collector.answer = 503;
    const exporter = open(QUEUE);
    for (let round = 1; round <= 3; round += 1) {
      exporter.add(span());
      await clock.advanceAsync(5_000);
      await until('it was asked', () => collector.requests === round);
      // The answer is read after it came.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await exporter.close();
    expect(lines).toEqual(['traces cannot be sent and are dropped until they can']);
  });
});
