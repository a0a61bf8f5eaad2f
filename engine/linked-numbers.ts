import type { Agent } from 'node:https';
import type { Clock } from './async/clock';
import { lazy } from './async/lazy';
import type { Log } from './domain/log';
import type { Encryption } from './encryption/encryption';
import { LinkMemory } from './sending/link-memory';
import type { Database } from './store/sql/database';
import type { MediaSource, OpenFile } from './transport/media-source';
import type { TransportFactory } from './transport/transport';

/*
 * Everything that only linked numbers need is loaded from here, with the first session or file that needs it.
 * An engine without a linked number never loads Baileys, libsignal or sharp.
 */
const baileysTransport = lazy<typeof import('./transport/baileys/baileys-transport')>(
  require,
  './transport/baileys/baileys-transport',
);
const linkPreview = lazy<typeof import('./media/link-preview')>(require, './media/link-preview');
const baileysLibrary = lazy<typeof import('./transport/baileys/baileys')>(
  require,
  './transport/baileys/baileys',
);
const mediaSource = lazy<typeof import('./transport/baileys/inbound/media-source')>(
  require,
  './transport/baileys/inbound/media-source',
);
const openFile = lazy<typeof import('./media/open-file')>(require, './media/open-file');

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

/** The transports of linked numbers. */
export function createLinkedNumbers({
  database,
  encryption,
  clock,
  log,
  ...options
}: LinkedNumbersDependencies): TransportFactory {
  let factory: TransportFactory | undefined;
  const create = (): TransportFactory =>
    baileysTransport().createBaileysFactory({
      socketUrl: options.socketUrl,
      memoryOf: (id) => new LinkMemory(database, encryption, clock, id),
      log,
      files: createReceivedFiles({ socketUrl: options.socketUrl, mediaAgent: options.mediaAgent }),
      previews: linkPreview().createPreviewSource({ allowPrivate: options.allowPrivateMedia }, clock),
      fetchAgent: options.mediaAgent,
      openFile: createOpenFile(options),
    });
  return (session, sessionClock) => (factory ??= create())(session, sessionClock);
}

export interface ReceivedFilesOptions {
  /** Null: WhatsApp itself. Then files are fetched from WhatsApp's own hosts only. */
  socketUrl: string | null;
  /** Trusts the media hosts of the WhatsApp simulator. */
  mediaAgent?: Agent;
}

/** Fetches the files of inbound messages. */
export function createReceivedFiles({ socketUrl, mediaAgent }: ReceivedFilesOptions): MediaSource {
  let source: MediaSource | undefined;
  const create = (): MediaSource =>
    mediaSource().createMediaSource({
      load: baileysLibrary().loadBaileys,
      openFile: createOpenFile({ socketUrl, mediaAgent }),
      anyHost: socketUrl !== null,
    });
  return { open: (content) => (source ??= create()).open(content) };
}

/** Fetches files from WhatsApp's hosts. */
function createOpenFile({ socketUrl, mediaAgent }: ReceivedFilesOptions): OpenFile {
  const ca = mediaAgent?.options.ca;
  return openFile().createOpenFile({
    allowPrivate: socketUrl !== null,
    ...(typeof ca === 'string' ? { ca } : {}),
  });
}
