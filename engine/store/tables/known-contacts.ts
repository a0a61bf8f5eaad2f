import type { Sql, Transaction } from '../sql/database';

/** Which of these are new to the session: nothing was written in their chats before. */
export async function findNewContacts(
  sql: Sql,
  sessionId: string,
  whos: readonly string[],
): Promise<Set<string>> {
  if (whos.length === 0) return new Set();
  const rows = await sql.query<{ who: string }>(
    'SELECT who FROM known_contacts WHERE session_id = $1 AND who = ANY($2::text[])',
    [sessionId, whos],
  );
  const known = new Set(rows.map((row) => row.who));
  return new Set(whos.filter((who) => !known.has(who)));
}

/** Gives what is known of contacts to the people they have turned out to be. @param losers ids that `survivor` replaces */
export function moveKnownContacts(tx: Transaction, losers: readonly string[], survivor: string): void {
  tx.write(
    `INSERT INTO known_contacts (session_id, who, since)
     SELECT session_id, $2, min(since) FROM known_contacts WHERE who = ANY($1::text[]) GROUP BY session_id
     ON CONFLICT (who, session_id) DO UPDATE SET since = least(known_contacts.since, excluded.since)`,
    [losers, survivor],
  );
  tx.write('DELETE FROM known_contacts WHERE who = ANY($1::text[])', [losers]);
}
