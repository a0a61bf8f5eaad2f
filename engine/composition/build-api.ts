import { randomBytes } from 'node:crypto';
import { closeServer } from '../api/close-server';
import { createServer } from '../api/server';
import { Closing } from '../async/closing';
import { createOpenInboundMedia } from '../inbound/inbound-media';
import { KnownKeys } from '../keys/known-keys';
import { LocalKeys } from '../keys/local-keys';
import { createRoutes } from '../linked-numbers';
import { createAskOwner } from '../sessions/ask-owner';
import { KnownSenders } from '../sessions/senders';
import { WaitingReasons } from '../waiting/waiting-reasons';
import type { Sending } from './build-sending';
import type { EngineParts } from './engine-parts';
import type { OpenedParts } from './open-parts';
import { routeOptions } from './transports';

/** What `buildApi` gives. */
export interface Api {
  server: Awaited<ReturnType<typeof createServer>>;
  senders: KnownSenders;
  localKeys: LocalKeys;
  /** Lets tools on this machine ask for keys. */
  controlToken: string;
}

/** Builds the HTTP server. It does not listen yet. */
export async function buildApi(
  opened: OpenedParts,
  { transact, pacingSpeeds, deliveries }: Sending,
  parts: EngineParts,
  closing: Closing,
): Promise<Api> {
  const { config, clock, log, database, prepared, encryption, wakeUps, poster, metrics, mediaLinks, tracer } =
    opened;
  const routeOf = createRoutes(routeOptions(opened, parts));
  const senders = new KnownSenders(database);
  const askOwner = createAskOwner({ database, transact, clock });
  const localKeys = new LocalKeys(database, clock, config.dataDir);
  const controlToken = randomBytes(32).toString('base64url');
  const server = await createServer(
    {
      ...{ config, clock, database, transact, wakeUps, pacingSpeeds },
      ...{ encryption, poster, metrics, tracer, mediaLinks },
      waiting: new WaitingReasons(pacingSpeeds),
      ...{ senders, localKeys, controlToken, account: prepared },
      keys: new KnownKeys(database),
      askOwner,
      openInboundMedia: createOpenInboundMedia(
        database,
        encryption,
        (proxy) => routeOf(proxy).files,
        askOwner,
      ),
      wakeDeliveries: () => deliveries.wake(),
    },
    log,
  );
  closing.add(() => senders.close());
  closing.add(() => closeServer(server));
  return { server, senders, localKeys, controlToken };
}
