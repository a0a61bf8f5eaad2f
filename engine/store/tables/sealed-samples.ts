import type { Sql } from '../sql/database';

/** Something that was encrypted with the encryption key, to test a key on. */
export interface SealedSample {
  data: Buffer;
  /** What it was sealed for; see `Encryption`. */
  place: string;
}

/** So many of each kind: a damaged one must not make the right key look wrong. */
const OF_EACH = 2;

/** Some of what is sealed, of each kind; empty if nothing is. */
export async function readSealedSamples(sql: Sql): Promise<SealedSample[]> {
  const rows = await sql.query<SealedSample>(
    `(SELECT sealed_secret AS data, id AS place FROM webhooks ORDER BY id DESC LIMIT $1)
     UNION ALL
     (SELECT sealed, session_id || '/' || type || '/' || id FROM session_keys LIMIT $1)
     UNION ALL
     (SELECT sealed_proxy, id || '/proxy' FROM sessions WHERE sealed_proxy IS NOT NULL LIMIT $1)
     UNION ALL
     (SELECT sealed_content, id FROM inbound_messages WHERE sealed_content IS NOT NULL ORDER BY created_at DESC LIMIT $1)`,
    [OF_EACH],
  );
  return rows.map(({ data, place }) => ({ data: Buffer.from(data), place }));
}
