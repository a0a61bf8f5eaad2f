import {
  claimDueDeliveries,
  nextDeliveryAt,
  releaseStrandedDeliveries,
} from '../../../engine/store/tables/deliveries';
import type { Sql } from '../../../engine/store/sql/database';
import { until } from '../../support/engine/until';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { rowsLookedAt } from '../../support/servers/rows-looked-at';
import { DeliveryWorld, HOUR } from './delivery-world';

let world: DeliveryWorld;
afterEach(() => world.close());

async function backlog(): Promise<{ row: { id: string } }[]> {
  const webhooks = [];
  for (let i = 0; i < 5; i += 1) webhooks.push(await world.webhook({ url: `http://127.0.0.1:1/${i}` }));
  // 10,000 deliveries, all due; and as many that have been made.
  for (let i = 0; i < 4; i += 1) await world.tell(...Array.from({ length: 500 }, () => ({})));
  await world.database.query(`UPDATE deliveries SET status = 'delivered', next_attempt_at = NULL`);
  for (let i = 0; i < 4; i += 1) await world.tell(...Array.from({ length: 500 }, () => ({})));
  return webhooks;
}

// The embedded database may not have gathered statistics yet.
describe.each(DATABASE_KINDS)('with 10,000 deliveries that are due, on %s', (kind) => {
  it('reads hardly more rows than it claims', async () => {
    world = await DeliveryWorld.open(kind);
    const webhooks = await backlog();
    if (kind === 'postgres') await world.database.query('ANALYZE');
    const now = new Date(world.clock.now());
    const looked = (run: (sql: Sql) => Promise<unknown>) => rowsLookedAt(world.database, 'deliveries', run);
    const lockedUntil = new Date(now.getTime() + 60_000);
    const claim = (each: Record<string, number>) => (sql: Sql) =>
      claimDueDeliveries(sql, now, lockedUntil, { total: 400, perWebhook: 4, each });
    // 5 webhooks with 4 each: found once, and looked up once more to be changed.
    expect(await looked(claim({}))).toBeLessThanOrEqual(2 * 20 + 5);
    // The next runner steps over what is claimed.
    expect(await looked(claim({}))).toBeLessThanOrEqual(3 * 20 + 5);
    const busy = Object.fromEntries(webhooks.slice(1).map(({ row }) => [row.id, 0]));
    expect(await looked(claim(busy))).toBeLessThanOrEqual(20);
    expect(await looked((sql) => nextDeliveryAt(sql, now))).toBeLessThanOrEqual(5);
    expect(await looked((sql) => releaseStrandedDeliveries(sql, now))).toBeLessThanOrEqual(5);
  });
});

it('delivers a backlog when its receiver is back, each event once', async () => {
  world = await DeliveryWorld.open('pglite');
  const receiver = await world.receiver();
  const { row } = await world.webhook({ url: receiver.url() });
  await world.edit(row.id, { status: 'disabled' });
  await world.database.query(`UPDATE webhooks SET disabled_by = 'failures'`);
  for (let i = 0; i < 4; i += 1) await world.tell(...Array.from({ length: 500 }, () => ({})));
  world.clock.jump(HOUR);
  world.addRunner();
  const started = Date.now();
  await world.edit(row.id, { status: 'enabled' });
  await until('all have come', () => receiver.received.length >= 2_000, 60_000);
  console.info(`2,000 kept events went out in ${Date.now() - started} ms`);
  await until('all are recorded', async () => (await world.webhookRow(row.id)).delivered_count === 2_000);
  expect(new Set(receiver.ids()).size).toBe(2_000);
  expect(receiver.received).toHaveLength(2_000);
});
