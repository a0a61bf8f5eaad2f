import type { Agent } from 'node:https';
import type { Clock } from './async/clock';
import type { Log } from './domain/log';
import { linkMemory } from './sending/link-memory';
import type { Database } from './store/sql/database';
import type { Encryption } from './encryption/encryption';
import { StoredSessionMemory } from './store/tables/session-memory';
import type { TransportFactory } from './transport/transport';

export interface LinkedNumbersDependencies {
  database: Database;
  encryption: Encryption;
  clock: Clock;
  log: Log;
  /** Null: WhatsApp itself. */
  socketUrl: string | null;
  allowPrivateMedia: boolean;
  mediaAgent?: Agent;
}

/** The transport of linked numbers. What it needs is loaded with the first one: an engine without does not carry it. */
export function createLinkedNumbers(deps: LinkedNumbersDependencies): TransportFactory {
  let factory: TransportFactory | undefined;
  return (session, clock) => (factory ??= load(deps))(session, clock);
}

function load({ database, encryption, clock, log, ...deps }: LinkedNumbersDependencies): TransportFactory {
  /* eslint-disable @typescript-eslint/no-require-imports -- to be loaded at this moment, and not before */
  const { createBaileysFactory } =
    require('./transport/baileys/baileys-transport') as typeof import('./transport/baileys/baileys-transport');
  const { createPreviewSource } = require('./media/link-preview') as typeof import('./media/link-preview');
  /* eslint-enable @typescript-eslint/no-require-imports */
  return createBaileysFactory({
    socketUrl: deps.socketUrl,
    memoryOf: (id) => linkMemory(new StoredSessionMemory(database, encryption, clock, id)),
    log,
    previews: createPreviewSource({ allowPrivate: deps.allowPrivateMedia }, clock),
    fetchAgent: deps.mediaAgent,
  });
}
