import { editWebhook } from '../../../engine/webhooks/webhooks';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { until } from '../../support/engine/until';
import { DeliveryWorld } from './delivery-world';

let world: DeliveryWorld;
afterEach(() => world.close());

const count = async (table: string) =>
  (await world.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]!.n;

describe.each(DATABASE_KINDS)('the outbox on %s', (kind) => {
  beforeEach(async () => {
    world = await DeliveryWorld.open(kind);
  });

  it('keeps the events of committed changes only', async () => {
    const receiver = await world.receiver();
    await world.webhook({ url: receiver.url() });
    world.addRunner();
    const change = (reference: string, fails: boolean) =>
      world.transact(async (work) => {
        await work.sql.query('INSERT INTO media_files (id, bytes, created_at) VALUES ($1, $2, $3)', [
          reference,
          Buffer.from('x'),
          work.now,
        ]);
        work.tell([{ mode: 'test', type: 'message.sent', data: { reference } }]);
        if (fails) throw new Error('changed its mind');
      });
    await Promise.allSettled(Array.from({ length: 20 }, (_, i) => change(`c${i}`, i % 3 === 0)));
    await world.quiet();
    await until('13 are received', () => receiver.received.length === 13);
    const changes = await world.database.query<{ id: string }>('SELECT id FROM media_files ORDER BY id');
    expect(receiver.received.map(({ event }) => event.data['reference']).sort()).toEqual(
      changes.map(({ id }) => id),
    );
    expect(await count('events')).toBe(13);
  });

  it('does not deliver an event to a webhook of the other mode', async () => {
    const [live, test] = [await world.receiver(), await world.receiver()];
    await world.webhook({ url: live.url() }, 'live');
    await world.webhook({ url: test.url() }, 'test');
    world.addRunner();
    await world.tell({ mode: 'test', data: { n: 't' } }, { mode: 'live', data: { n: 'l' } });
    await until('both are there', () => live.received.length + test.received.length >= 2);
    expect(live.received.map(({ event }) => event.data['n'])).toEqual(['l']);
    expect(test.received.map(({ event }) => event.data['n'])).toEqual(['t']);
  });

  it('stores a change while a webhook for its event is being deleted', async () => {
    const receiver = await world.receiver();
    for (let round = 0; round < 15; round += 1) {
      const { row } = await world.webhook({ url: receiver.url() });
      await Promise.all([
        ...Array.from({ length: 4 }, () => world.tell({})),
        world.database.query('DELETE FROM webhooks WHERE id = $1', [row.id]),
        ...Array.from({ length: 4 }, () => world.tell({})),
      ]);
    }
    expect(await count('events')).toBe(15 * 8);
    expect(await count('deliveries')).toBe(0);
  });
});

it('waits for a webhook that is being deleted, and then does without it', async () => {
  world = await DeliveryWorld.open('postgres');
  const receiver = await world.receiver();
  const { row } = await world.webhook({ url: receiver.url() });
  const deleting = await world.database.pool.connect();
  await deleting.query('BEGIN');
  await deleting.query('DELETE FROM webhooks WHERE id = $1', [row.id]);
  const telling = world.tell({});
  await new Promise((resolve) => setTimeout(resolve, 100));
  await deleting.query('COMMIT');
  deleting.release();
  await telling;
  expect([await count('events'), await count('deliveries')]).toEqual([1, 0]);
});

it('does not wait for a webhook that is being edited', async () => {
  world = await DeliveryWorld.open('postgres');
  const receiver = await world.receiver();
  const { row } = await world.webhook({ url: receiver.url() });
  let finish = (): void => undefined;
  const editing = world.transact(async (work) => {
    await editWebhook(work, 'test', row.id, { description: 'new' }, world.rules);
    await new Promise<void>((resolve) => (finish = resolve));
  });
  await until('the edit is open', async () => {
    const rows = await world.database.query(
      `SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction'`,
    );
    return rows.length > 0;
  });
  const told = await Promise.race([
    world.tell({}).then(() => 'told'),
    new Promise((resolve) => setTimeout(resolve, 1_000, 'held up')),
  ]);
  finish();
  await editing;
  expect(told).toBe('told');
});
