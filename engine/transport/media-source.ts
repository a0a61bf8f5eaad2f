import type { Readable } from 'node:stream';

/** A received file during its download. */
export interface InboundFile {
  /** As its sender claims: do not trust it. */
  mime: string;
  filename: string | null;
  /** Bytes; null if the sender's value cannot be right. */
  size: number | null;
  /** The decrypted file. Fails if it is not what was sent. */
  stream: Readable;
}

/** WhatsApp no longer has the file, or the message has none. */
export class FileGone extends Error {
  /** @param isAtPhone whether our own phone may have it and can upload it again */
  constructor(readonly isAtPhone = false) {
    super('WhatsApp no longer has this file.');
    this.name = 'FileGone';
  }
}

/** Downloads the files of inbound messages. */
export interface MediaSource {
  /**
   * @param content `Inbound.content` of the message
   * @throws FileGone. Any other error may pass.
   */
  open(content: Uint8Array): Promise<InboundFile>;
}

/** A response whose body is being downloaded. */
export interface OpenedFile {
  status: number;
  /** Bytes, if the server sent a length; otherwise null. */
  length: number | null;
  body: Readable;
}

/** Fetches an https URL, but never from a private network. */
export type OpenFile = (url: string) => Promise<OpenedFile>;
