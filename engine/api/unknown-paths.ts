import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EngineError } from '../errors';

/**
 * Answers 404 for an unknown path, and 405 for a known path with another method, from the headers alone: a body is not
 * read. Register it before the routes.
 */
export function answerUnknownPaths(app: FastifyInstance): void {
  const allowed = new AllowedMethods();
  app.addHook('onRoute', ({ url, method }) => allowed.add(url, method));
  const refuse = (request: FastifyRequest, reply: FastifyReply): void => {
    const methods = allowed.of(request.url);
    if (methods.length === 0) {
      throw new EngineError('not_found', `Nothing found at ${request.method} ${request.url.split('?')[0]}.`);
    }
    void reply.header('allow', methods.join(', '));
    const advice = methods.join(', ').replace(/, ([A-Z]+)$/, ' or $1');
    throw new EngineError('invalid_request', `${request.method} is not allowed here. Use ${advice}.`, {
      status: 405,
    });
  };
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) refuse(request, reply);
  });
  // Without a handler of ours, the hook would not run.
  app.setNotFoundHandler(refuse);
}

/** The methods of every route. */
class AllowedMethods {
  private readonly routes: { pattern: RegExp; methods: string[] }[] = [];

  add(url: string, method: string | string[]): void {
    const path = url.replace(/\/$/, '').replace(/:[^/]+/g, '[^/]+');
    const pattern = new RegExp(`^${path || '/'}/?$`);
    this.routes.push({ pattern, methods: [method].flat() });
  }

  /** The methods that this path has; empty if there is no such path. */
  of(url: string): string[] {
    const path = url.split('?')[0] ?? '';
    const methods = this.routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  }
}
