import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { EngineConfig } from '../../config';
import { hostName, isTrustedHost } from '../../domain/access/host-names';
import { EngineError } from '../../errors';

/**
 * Answers requests that need no key only under this engine's own names, so that no web page can read `/metrics` through
 * its visitor's browser. Requests under `/v1` need a key or a signed URL, which no web page has.
 */
export function requireTrustedHost(
  app: FastifyInstance,
  config: Pick<EngineConfig, 'host' | 'publicUrl'>,
): void {
  const names = [hostname(), config.host, ...(config.publicUrl ? [new URL(config.publicUrl).hostname] : [])];
  const own = new Set(names.map((name) => name.toLowerCase()));
  app.addHook('onRequest', async ({ url, headers }) => {
    if (url.startsWith('/v1/') || isTrustedHost(headers.host, own)) return;
    const name = hostName(headers.host ?? '') ?? 'this name';
    throw new EngineError(
      'permission_denied',
      `The engine does not answer to ${name} here. Use its IP address, or set BLUETICKS_PUBLIC_URL to the URL that clients use.`,
    );
  });
}
