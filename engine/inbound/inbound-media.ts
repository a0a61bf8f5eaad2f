import { EngineError } from '../errors';
import type { Sql } from '../store/sql/database';
import type { Encryption } from '../encryption/encryption';
import { inboundContent } from '../store/tables/inbound-messages';
import { FileGone, type InboundFile, type MediaSource } from '../transport/media-source';

/** Opens the file of a message that came in, by the message's id. */
export type OpenInboundMedia = (inboundId: string) => Promise<InboundFile>;

/** @throws EngineError 410 where the file is gone for good, 503 where it may be had later (from the opener it makes). */
export function createOpenInboundMedia(
  sql: Sql,
  encryption: Encryption,
  source: MediaSource,
): OpenInboundMedia {
  return async (id) => {
    const sealed = await inboundContent(sql, id);
    if (!sealed) throw gone('The engine does not keep this message any more.');
    try {
      return await source.open(encryption.open(sealed, id));
    } catch (error) {
      if (error instanceof FileGone) throw gone('WhatsApp does not have this file any more.');
      throw new EngineError('unavailable', "WhatsApp's media host did not give the file. Try again later.", {
        retryAfterSeconds: 60,
      });
    }
  };
}

const gone = (message: string): EngineError => new EngineError('not_found', message, { status: 410 });
