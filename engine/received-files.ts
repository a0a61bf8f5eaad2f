import type { Agent } from 'node:https';
import type { MediaSource } from './transport/media-source';

export interface ReceivedFilesOptions {
  /** Null: WhatsApp itself, and files come from nowhere but its own hosts. */
  socketUrl: string | null;
  /** Trusts the media hosts of another WhatsApp. */
  mediaAgent?: Agent;
}

/** Where the files of messages that came in are got from. What it needs is loaded with the first one. */
export function createReceivedFiles(options: ReceivedFilesOptions): MediaSource {
  let source: MediaSource | undefined;
  return { open: (content) => (source ??= load(options)).open(content) };
}

function load({ socketUrl, mediaAgent }: ReceivedFilesOptions): MediaSource {
  /* eslint-disable @typescript-eslint/no-require-imports -- to be loaded at this moment, and not before */
  const { loadBaileys } =
    require('./transport/baileys/baileys') as typeof import('./transport/baileys/baileys');
  const { createMediaSource } =
    require('./transport/baileys/inbound/media-source') as typeof import('./transport/baileys/inbound/media-source');
  const { createOpenFile } = require('./media/open-file') as typeof import('./media/open-file');
  /* eslint-enable @typescript-eslint/no-require-imports */
  const isAnother = socketUrl !== null;
  const ca = mediaAgent?.options.ca;
  const openFile = createOpenFile({
    allowPrivate: isAnother,
    ...(typeof ca === 'string' ? { ca } : {}),
  });
  return createMediaSource({ load: loadBaileys, openFile, anyHost: isAnother });
}
