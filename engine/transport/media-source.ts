import type { Readable } from 'node:stream';

/** A file that somebody sent, being fetched. */
export interface InboundFile {
  /** As its sender says; not to be trusted. */
  mime: string;
  filename: string | null;
  /** Bytes; null where what the sender says cannot be so. */
  size: number | null;
  /** The file itself. Ends in an error where what came is not what was sent. */
  stream: Readable;
}

/** WhatsApp does not keep the file any more, or the message holds none. */
export class FileGone extends Error {
  constructor() {
    super('WhatsApp does not have this file any more');
    this.name = 'FileGone';
  }
}

/** Where the files of messages that came in are got from. */
export interface MediaSource {
  /**
   * @param content the message as it came: `Inbound.content`
   * @throws FileGone; any other error may pass
   */
  open(content: Uint8Array): Promise<InboundFile>;
}

/** Something on the web, being fetched. */
export interface OpenedFile {
  status: number;
  /** What the server says, in bytes. */
  length: number | null;
  body: Readable;
}

/** Gets what is at an https address, without letting that reach into private networks. */
export type OpenFile = (url: string) => Promise<OpenedFile>;
