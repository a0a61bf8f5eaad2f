import type { Sql } from '../sql/database';

export interface AccountRow {
  id: string;
  name: string;
  timezone: string;
  created_at: Date;
}

/** The only account; the first call creates it from `first`. */
export async function ensureAccount(sql: Sql, first: () => AccountRow): Promise<AccountRow> {
  const known = await theAccount(sql);
  if (known) return known;
  const account = first();
  await sql.query(
    'INSERT INTO accounts (id, name, timezone, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (only_one) DO NOTHING',
    [account.id, account.name, account.timezone, account.created_at],
  );
  return (await theAccount(sql)) ?? account;
}

async function theAccount(sql: Sql): Promise<AccountRow | undefined> {
  const [row] = await sql.query<AccountRow>('SELECT id, name, timezone, created_at FROM accounts');
  return row;
}
