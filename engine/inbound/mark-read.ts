import type { Encryption } from '../encryption/encryption';
import type { Sql } from '../store/sql/database';
import { findInboundFiles } from '../store/tables/inbound-messages';
import type { Transport } from '../transport/transport';

/** Tells WhatsApp that messages were read. Those whose content is no longer kept are left out. */
export async function markRead(
  inboundIds: readonly string[],
  transport: Pick<Transport, 'markRead'>,
  { database, encryption }: { database: Sql; encryption: Encryption },
): Promise<void> {
  const found = transport.markRead ? await findInboundFiles(database, inboundIds) : [];
  const contents = found.map(({ id, sealed_content: sealed }) => encryption.open(sealed, id));
  if (contents.length > 0) await transport.markRead?.(contents);
}
