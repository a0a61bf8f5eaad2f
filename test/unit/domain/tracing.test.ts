import { newId } from '../../../engine/domain/ids';
import {
  messageOfEvent,
  placeOf,
  placeOfEvent,
  readTraceparent,
  traced,
} from '../../../engine/domain/tracing';
import { readTraceSettings } from '../../../engine/domain/trace-settings';

describe('the place of a span', () => {
  it('is made from the id, so that every process finds it', () => {
    expect(placeOf('msg_01ARZ3NDEKTSV4RRFFQ69G5FAV')).toEqual({
      traceId: '01563e3ab5d3d6764c61efb99302bd5b',
      spanId: '4c61efb99302bd5b',
    });
  });

  it('differs for ids that were made together', () => {
    const spans = Array.from({ length: 1_000 }, () => placeOf(newId('message')).spanId);
    expect(new Set(spans).size).toBe(1_000);
    for (const span of spans) expect(span).toMatch(/^[0-9a-f]{16}$/);
  });

  it('of an event is in the trace of its message, and otherwise in one of its own', () => {
    const [message, event] = [newId('message'), newId('event')];
    expect(placeOfEvent(event, message)).toEqual({
      traceId: placeOf(message).traceId,
      spanId: placeOf(event).spanId,
    });
    expect(placeOfEvent(event, null)).toEqual(placeOf(event));
  });

  it('knows the message of an event, or the one it replies to', () => {
    expect(messageOfEvent({ id: 'msg_1' })).toBe('msg_1');
    expect(messageOfEvent({ key: 'false_1@c.us_3A', in_reply_to_message_id: 'msg_2' })).toBe('msg_2');
    expect(messageOfEvent({ id: 'ses_1', in_reply_to_message_id: null })).toBeNull();
  });
});

describe('traceparent', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const spanId = '00f067aa0ba902b7';

  it.each([
    [`00-${traceId}-${spanId}-01`, true],
    [`00-${traceId}-${spanId}-00`, false],
    [`cc-${traceId}-${spanId}-03-later`, true],
  ])('%s is read', (header, isSampled) => {
    expect(readTraceparent(header)).toEqual({ traceId, spanId, isSampled });
  });

  it.each([
    undefined,
    '',
    'x',
    `00-${traceId}-${spanId}`,
    `ff-${traceId}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
  ])('%s is ignored', (header) => {
    expect(readTraceparent(header)).toBeNull();
  });
});

describe('settings of traces', () => {
  it('are none without an endpoint, or if they are turned off', () => {
    expect(readTraceSettings(null, {})).toBeNull();
    expect(readTraceSettings('http://c:4318', { OTEL_SDK_DISABLED: 'true' })).toBeNull();
    expect(readTraceSettings('http://c:4318', { OTEL_TRACES_EXPORTER: 'none' })).toBeNull();
  });

  it('are those that OpenTelemetry names', () => {
    expect(readTraceSettings('http://c:4318/', {})).toEqual({
      url: 'http://c:4318/v1/traces',
      headers: {},
      timeoutMs: 10_000,
      resource: { 'service.name': 'blueticks-engine' },
      sampler: { followsParent: true, ratio: 1 },
      queue: { most: 2048, atOnce: 512, everyMs: 5_000 },
    });
    expect(
      readTraceSettings('http://c:4318', {
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://t.example/in',
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b, x=1,broken',
        OTEL_EXPORTER_OTLP_TIMEOUT: '3000',
        OTEL_SERVICE_NAME: 'mine',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test,service.name=not this',
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.25',
        OTEL_BSP_SCHEDULE_DELAY: '100',
        OTEL_BSP_MAX_QUEUE_SIZE: 'many',
      }),
    ).toEqual({
      url: 'https://t.example/in',
      headers: { 'api-key': 'a b', x: '1' },
      timeoutMs: 3_000,
      resource: { 'service.name': 'mine', 'deployment.environment': 'test' },
      sampler: { followsParent: false, ratio: 0.25 },
      queue: { most: 2048, atOnce: 512, everyMs: 100 },
    });
  });

  it.each([
    ['always_off', undefined, { followsParent: false, ratio: 0 }],
    ['parentbased_always_off', undefined, { followsParent: true, ratio: 0 }],
    ['parentbased_traceidratio', '0.5', { followsParent: true, ratio: 0.5 }],
    ['traceidratio', '7', { followsParent: false, ratio: 1 }],
    ['anything', '0.5', { followsParent: true, ratio: 1 }],
  ])('sampler %s with %s', (OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG, sampler) => {
    const env = { OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG };
    expect(readTraceSettings('http://c:4318', env)?.sampler).toEqual(sampler);
  });
});

it('work without a tracer runs as it is', async () => {
  const options = jest.fn();
  expect(await traced(undefined, 'x', options, (span) => Promise.resolve(span))).toBeUndefined();
  expect(options).not.toHaveBeenCalled();
});
