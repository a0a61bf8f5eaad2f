import { EngineError } from '../errors';
import type { AskOwner } from '../sessions/ask-owner';
import { openProxy } from '../sessions/session-proxy';
import type { Sql } from '../store/sql/database';
import type { Encryption } from '../encryption/encryption';
import { findInboundFile, type InboundFileRow } from '../store/tables/inbound-messages';
import { FileGone, type InboundFile, type MediaSource } from '../transport/media-source';

/** Opens the file of an inbound message, by the message's id. */
export type OpenInboundMedia = (inboundId: string) => Promise<InboundFile>;

/**
 * WhatsApp keeps files for some weeks. One that is gone there is asked of our own phone, which uploads it again.
 * @param filesVia fetches files through a proxy, by its URL, or with null directly
 * The opener throws EngineError: 410 if the file is gone for good, 503 if it may be available later.
 */
export function createOpenInboundMedia(
  sql: Sql,
  encryption: Encryption,
  filesVia: (proxy: string | null) => MediaSource,
  askOwner: AskOwner,
): OpenInboundMedia {
  return async (id) => {
    const found = await findInboundFile(sql, id);
    if (!found?.sealed_content) throw gone('The engine no longer has this message.');
    const { session_id: sessionId } = found;
    const open = ({ sealed_content: sealed, sealed_proxy: proxy }: InboundFileRow): Promise<InboundFile> =>
      filesVia(openProxy(sessionId, proxy, encryption))
        .open(encryption.open(sealed!, id))
        .catch(refuse);
    try {
      return await open(found);
    } catch (error) {
      if (!(error instanceof FileGone)) throw error;
      if (!error.isAtPhone || !(await isUploadedAgain(id, sessionId, askOwner))) throw goneForGood();
    }
    const again = await findInboundFile(sql, id);
    return open(again?.sealed_content ? again : found).catch((error: unknown) => {
      throw error instanceof FileGone ? goneForGood() : error;
    });
  };
}

/** @throws EngineError 503 if the phone cannot be asked now */
async function isUploadedAgain(inboundId: string, sessionId: string, askOwner: AskOwner): Promise<boolean> {
  try {
    return (await askOwner(sessionId, { kind: 'upload_again', inboundId })).found;
  } catch (error) {
    if (error instanceof EngineError && error.code !== 'unavailable') return false;
    throw unavailable('WhatsApp no longer has this file, and the phone cannot be asked for it right now');
  }
}

function refuse(error: unknown): never {
  if (error instanceof FileGone) throw error;
  throw unavailable("WhatsApp's media server did not return the file");
}

const unavailable = (why: string): EngineError =>
  new EngineError('unavailable', `${why}. Try again later.`, { retryAfterSeconds: 60 });

const gone = (message: string): EngineError => new EngineError('not_found', message, { status: 410 });
const goneForGood = (): EngineError =>
  gone('WhatsApp no longer has this file, and the phone does not either.');
