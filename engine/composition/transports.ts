import type { Mode } from '../domain/mode';
import { createLinkedNumbers, type RouteOptions } from '../linked-numbers';
import { createSandboxFactory } from '../transport/sandbox/sandbox-transport';
import type { TransportFactory } from '../transport/transport';
import type { EngineParts } from './engine-parts';
import type { OpenedParts } from './open-parts';

/** The transport of each mode; a mode without one is left to other processes. */
export function createTransports(
  opened: OpenedParts,
  parts: EngineParts,
): Partial<Record<Mode, TransportFactory>> {
  const { config, database, encryption, log } = opened;
  const { liveTransport, wrapTransport = (factory: TransportFactory) => factory } = parts;
  const live =
    liveTransport === undefined
      ? createLinkedNumbers({ ...{ database, encryption, log }, ...routeOptions(opened, parts) })
      : liveTransport;
  return {
    test: wrapTransport(createSandboxFactory({ speed: config.sandboxSpeed }), 'test'),
    ...(live ? { live: wrapTransport(live, 'live') } : {}),
  };
}

/** What the ways to WhatsApp are made from: direct, or by a proxy. */
export function routeOptions({ config, clock }: OpenedParts, { mediaAgent }: EngineParts): RouteOptions {
  const { waSocketUrl: socketUrl, allowPrivateMedia } = config;
  return { clock, socketUrl, allowPrivateMedia, mediaAgent };
}
