import { freshDatabase, type FreshDatabase } from '../../support/servers/fresh-database';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';

let fresh: FreshDatabase;
let engine: TestEngine;
beforeAll(async () => {
  fresh = await freshDatabase('postgres');
  engine = await startEngine({ flags: { DATABASE_URL: fresh.url! } });
});
afterAll(async () => {
  await engine.close();
  await fresh.cleanup();
});

/** Everything that any table of the database holds, as text. */
async function everythingStored(): Promise<string> {
  const tables = await fresh.database.query<{ name: string }>(
    `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  expect(tables.length).toBeGreaterThan(5);
  const rows = [];
  for (const { name } of tables) {
    rows.push(...(await fresh.database.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)));
  }
  return rows.map(({ row }) => row).join('\n');
}

function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const bare = Buffer.from(secret.replace('whsec_', ''), 'base64url');
  return [
    secret,
    secret.replace('whsec_', ''),
    ...[bytes, bare].flatMap((b) => [b.toString('hex'), b.toString('base64').slice(0, -4)]),
  ];
}

it('stores no secret in plain text', async () => {
  const register = () =>
    engine.call(
      'POST',
      '/v1/webhooks',
      { url: 'https://example.com/marker-of-this-test', events: ['message.sent'] },
      { 'idempotency-key': 'once' },
    );
  const first = await register();
  const rotated = await engine.call('POST', `/v1/webhooks/${first.body.id}/rotate-secret`);
  const stored = await everythingStored();
  expect(stored).toContain('marker-of-this-test');
  for (const secret of [first.body.secret, rotated.body.secret]) {
    for (const spelling of spellings(secret)) expect(stored).not.toContain(spelling);
  }
  const again = await register();
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
  expect(again.body).toEqual(first.body);
});
