import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readTraceparent, type Span, type Tracer } from '../domain/tracing';

/** Records each request to the API as a span, a child of the caller's where it sends `traceparent`. */
export function traceRequests(app: FastifyInstance, tracer: Tracer): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  app.addHook('onRequest', async (request) => {
    const { method, headers, id } = request;
    const route = request.routeOptions.url;
    // Checks and scrapes would bury the rest.
    if (!route?.startsWith('/v1')) return;
    const { traceparent } = headers;
    const span = tracer.start(`${method} ${route}`, {
      kind: 'server',
      parent: readTraceparent(typeof traceparent === 'string' ? traceparent : undefined),
      attributes: { 'http.request.method': method, 'http.route': route, 'blueticks.request.id': id },
    });
    spans.set(request, span);
  });
  // Here and not earlier: reading a body ends the context of what came before.
  app.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) tracer.run(span, done);
    else done();
  });
  app.addHook('onResponse', async (request, { statusCode }) => {
    const span = spans.get(request);
    span?.set({ 'http.response.status_code': statusCode });
    if (statusCode >= 500) span?.fail(`answered_${statusCode}`);
    span?.end();
  });
}
