import { placeOf } from '../../../engine/domain/tracing';
import { startEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { TraceCollector } from '../../support/servers/trace-collector';
import { Receiver } from '../events/receiver';

const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

describe('traces', () => {
  let collector: TraceCollector;
  let receiver: Receiver;
  let id: string;
  let requestId: string;
  beforeAll(async () => {
    collector = await TraceCollector.start();
    receiver = await new Receiver().start();
    const engine = await startEngine({ flags: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
    const events = ['message.delivered', 'message.received'];
    await engine.call('POST', '/v1/webhooks', { url: receiver.url('/secret-path'), events });
    const { body, headers } = await engine.call(
      'POST',
      '/v1/messages',
      { type: 'text', to: '+15005550004', text: 'a private text' },
      { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` },
    );
    id = body.id;
    requestId = headers.get('x-request-id')!;
    await until('both are told', () => receiver.received.length === 2);
    await engine.close();
  });
  afterAll(async () => {
    await receiver.stop();
    await collector.stop();
  });

  const one = (name: string) => {
    const found = collector.named(name);
    expect([name, found.length]).toEqual([name, 1]);
    return found[0]!;
  };

  it('have the request under its caller, linked from what it caused', () => {
    const request = one('POST /v1/messages');
    expect(request).toMatchObject({
      traceId: CALLER.traceId,
      parentSpanId: CALLER.spanId,
      attributes: { 'blueticks.request.id': requestId, 'http.response.status_code': 201 },
    });
    const accepted = one('message.accepted');
    expect(accepted).toMatchObject({ ...placeOf(id), attributes: { 'blueticks.message.id': id } });
    expect(accepted.parentSpanId).toBeUndefined();
    expect(accepted.links).toEqual([{ traceId: request.traceId, spanId: request.spanId }]);
  });

  it('have all of a message in one trace, made from its id', () => {
    const { traceId, spanId } = placeOf(id);
    const attempt = one('message.attempt');
    expect(attempt).toMatchObject({ traceId, parentSpanId: spanId, attributes: { 'blueticks.attempt': 1 } });
    expect(one('whatsapp.send')).toMatchObject({ traceId, parentSpanId: attempt.spanId });
    for (const type of ['message.queued', 'message.sending', 'message.sent', 'message.delivered'])
      expect(one(type)).toMatchObject({ traceId, parentSpanId: spanId });
    expect(one('message.sent').links).toEqual([]);
  });

  it('go with the event to its receiver', () => {
    for (const type of ['message.delivered', 'message.received']) {
      const event = one(type);
      const delivery = receiver.received.find(({ event: told }) => told.type === type)!;
      const post = collector.spans.find(
        ({ name, attributes }) => name === 'webhook.post' && attributes['blueticks.event.type'] === type,
      )!;
      expect(post).toMatchObject({ traceId: event.traceId, parentSpanId: event.spanId });
      expect(post.attributes).toMatchObject({
        'blueticks.event.id': delivery.event.id,
        'blueticks.delivery.id': expect.stringMatching(/^dlv_/),
        'http.response.status_code': 200,
      });
      expect(delivery.headers.traceparent).toBe(`00-${post.traceId}-${post.spanId}-01`);
    }
  });

  it('have what came in, as the cause of its event', () => {
    const received = one('inbound.receive');
    expect(one('message.received').links).toEqual([{ traceId: received.traceId, spanId: received.spanId }]);
  });

  it('hold no texts, numbers, keys or addresses of receivers', () => {
    expect(collector.bodies.join()).not.toMatch(/private text|15005550|secret-path|bt_test_|whsec_|@c\.us/);
  });
});
