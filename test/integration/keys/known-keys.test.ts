import { createKey, revoke } from '../../../engine/keys/keys';
import { KnownKeys } from '../../../engine/keys/known-keys';
import { DATABASE_KINDS, freshDatabase, type FreshDatabase } from '../../support/servers/fresh-database';

const now = new Date('2026-11-26T12:00:00Z');
const input = { mode: 'test' as const, name: null, scopes: ['*'] };

describe.each(DATABASE_KINDS)('KnownKeys on %s', (kind) => {
  let fresh: FreshDatabase;
  let keys: KnownKeys;

  beforeAll(async () => {
    fresh = await freshDatabase(kind);
    keys = new KnownKeys(fresh.database);
  });
  afterAll(() => fresh.cleanup());

  it('finds a key by its text', async () => {
    const { row, key } = await createKey(fresh.database, input, now);
    expect(await keys.find(key)).toEqual(row);
    expect(await keys.find(key)).toEqual(row);
    expect(await keys.find(`${key.slice(0, -1)}_`)).toBeUndefined();
  });

  it('caches a key only on the embedded database', async () => {
    const { key } = await createKey(fresh.database, input, now);
    const query = jest.spyOn(fresh.database, 'query');
    await keys.find(key);
    await keys.find(key);
    expect(query).toHaveBeenCalledTimes(kind === 'pglite' ? 1 : 2);
    query.mockRestore();
  });

  it('finds a new key that was looked up before it existed', async () => {
    const { row, key } = await createKey(fresh.database, input, now);
    await fresh.database.query('UPDATE api_keys SET revoked_at = $2 WHERE id = $1', [row.id, now]);
    expect(await keys.find(key)).toBeUndefined();
    await fresh.database.query('UPDATE api_keys SET revoked_at = NULL WHERE id = $1', [row.id]);
    expect(await keys.find(key)).toEqual(row);
  });

  it('forgets a revoked key at once, even one being read at that moment', async () => {
    const { row, key } = await createKey(fresh.database, input, now);
    await keys.find(key);
    const other = await createKey(fresh.database, input, now);
    const [reading] = await Promise.all([keys.find(other.key), keys.revoke(other.row.id, now)]);
    expect(reading).toEqual(other.row);
    expect(await keys.find(other.key)).toBeUndefined();

    expect((await keys.revoke(row.id, now)).revoked_at).toEqual(now);
    expect(await keys.find(key)).toBeUndefined();
    await expect(keys.revoke(row.id, now)).rejects.toMatchObject({ code: 'not_found' });
  });
});

it('forgets a key at once that another process revokes', async () => {
  const fresh = await freshDatabase('postgres');
  try {
    const keys = new KnownKeys(fresh.database);
    const { row, key } = await createKey(fresh.database, input, now);
    expect(await keys.find(key)).toEqual(row);
    await revoke(fresh.database, row.id, now);
    expect(await keys.find(key)).toBeUndefined();
  } finally {
    await fresh.cleanup();
  }
});
