import { EngineError } from '../errors';
import type { Sql } from '../store/sql/database';
import type { Encryption } from '../encryption/encryption';
import { inboundContent } from '../store/tables/inbound-messages';
import { FileGone, type InboundFile, type MediaSource } from '../transport/media-source';

/** Opens the file of an inbound message, by the message's id. */
export type OpenInboundMedia = (inboundId: string) => Promise<InboundFile>;

/** The opener throws EngineError: 410 if the file is gone for good, 503 if it may be available later. */
export function createOpenInboundMedia(
  sql: Sql,
  encryption: Encryption,
  source: MediaSource,
): OpenInboundMedia {
  return async (id) => {
    const sealed = await inboundContent(sql, id);
    if (!sealed) throw gone('The engine no longer has this message.');
    try {
      return await source.open(encryption.open(sealed, id));
    } catch (error) {
      if (error instanceof FileGone) throw gone('WhatsApp no longer has this file.');
      throw new EngineError(
        'unavailable',
        "WhatsApp's media server did not return the file. Try again later.",
        {
          retryAfterSeconds: 60,
        },
      );
    }
  };
}

const gone = (message: string): EngineError => new EngineError('not_found', message, { status: 410 });
