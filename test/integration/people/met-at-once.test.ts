import { deferred } from '../../../engine/async/deferred';
import { rememberMet } from '../../../engine/store/tables/people';
import { until } from '../../support/engine/until';
import { StoreWorld } from '../sequences/store-world';

const [ADA, BOB, EVE] = ['ada', 'bob', 'eve'].map(
  (name) => ({ mode: 'test', who: `per_${name}`, chat_id: `${name}@lid` }) as const,
) as [Met, Met, Met];
type Met = Parameters<typeof rememberMet>[2][number];

// The embedded database has one connection, so nothing happens at once there.
it('two transactions that meet the same people do not deadlock, in whichever order they met them', async () => {
  const world = await StoreWorld.open('postgres');
  try {
    const [isHeld, gate] = [deferred(), deferred()];
    const meets = (met: Met[], afterwards = async (): Promise<void> => {}): Promise<void> =>
      world.transact(async (work) => {
        rememberMet(work.sql, world.session.id, met, work.now);
        await work.sql.query('SELECT 1');
        await afterwards();
      });
    const waiting = async (): Promise<number> => {
      const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return (await world.database.query(sql)).length;
    };
    // Both wait for this one, and by then each has met somebody.
    const first = meets([BOB], async () => {
      isHeld.resolve();
      await gate.promise;
    });
    await isHeld.promise;
    const others = [meets([ADA, BOB, EVE]), meets([EVE, BOB, ADA])];
    await until('both wait', async () => (await waiting()) === 2);
    gate.resolve();
    await Promise.all([first, ...others]);
    expect(await world.database.query('SELECT FROM known_contacts')).toHaveLength(3);
  } finally {
    await world.close();
  }
});
