import type { Encryption } from '../encryption/encryption';
import type { Sql } from '../store/sql/database';
import { findInboundFile, saveInboundContent } from '../store/tables/inbound-messages';
import type { Transport } from '../transport/transport';

/**
 * Has the phone upload the file of an inbound message again, and stores where it is.
 * @returns false if the phone does not have it, or there is no phone
 * @throws TransportError if the link is down, or the phone does not answer
 */
export async function uploadAgain(
  inboundId: string,
  transport: Pick<Transport, 'uploadAgain'>,
  { database, encryption }: { database: Sql; encryption: Encryption },
): Promise<boolean> {
  const found = await findInboundFile(database, inboundId);
  if (!found?.sealed_content || !transport.uploadAgain) return false;
  const content = await transport.uploadAgain(encryption.open(found.sealed_content, inboundId));
  if (!content) return false;
  await saveInboundContent(database, inboundId, encryption.seal(Buffer.from(content), inboundId));
  return true;
}
