import { Metrics } from '../../../engine/observability/metrics';
import type { Database } from '../../../engine/store/sql/database';
import { FakeClock } from '../../support/clock/fake-clock';

const lane = (sessionId: string, isConnected: boolean, paceWaitMs: number) => ({
  ...{ sessionId, isConnected, paceWaitMs },
  underWay: 2,
});

describe('/metrics', () => {
  let clock: FakeClock;
  let metrics: Metrics;
  let query: () => Promise<unknown[]>;
  beforeEach(() => {
    clock = new FakeClock();
    const database = { kind: 'server', query: () => query() } as unknown as Database;
    metrics = new Metrics({ database, clock, realTime: clock, dataDir: '.' });
  });

  /** The page, when everything that may wait for the clock has waited long enough. */
  async function page(): Promise<string> {
    const asked = metrics.page();
    await clock.advanceAsync(2_000);
    return asked;
  }

  it('answers while the database does not, and says so', async () => {
    let asked = 0;
    query = () => {
      asked += 1;
      return new Promise(() => {});
    };
    const text = await page();
    expect(text).toContain('blueticks_store_up 0\n');
    expect(text).toContain('blueticks_messages_under_way 0\n');
    expect(text).not.toMatch(/^blueticks_(lane_|sessions|messages_pending|deliveries_|webhooks)/m);
    // What hangs is not asked again.
    await clock.advanceAsync(60_000);
    await page();
    expect(asked).toBe(1);
  });

  it('says that the database failed, and has its figures again when it is back', async () => {
    query = () => Promise.reject(new Error('away'));
    expect(await page()).toContain('blueticks_store_up 0\n');
    query = () => Promise.resolve([]);
    await clock.advanceAsync(1_000);
    const text = await page();
    expect(text).toContain('blueticks_store_up 1\n');
    expect(text).toContain('blueticks_sessions_unowned 0\n');
  });

  it('shows each session that it works, and no more labels than 200 however many there are', async () => {
    const ids = Array.from({ length: 300 }, (_, n) => `ses_${String(n).padStart(3, '0')}`);
    query = () => Promise.resolve([]);
    const rows = ids.map((id) => ({
      id,
      mode: 'live',
      state: 'connected',
      quota_limit: null,
      quota_used: null,
      is_leased: true,
    }));
    const database = {
      kind: 'server',
      query: (text: string) => Promise.resolve(text.includes('FROM sessions') ? rows : []),
    } as unknown as Database;
    metrics = new Metrics({ database, clock, realTime: clock, dataDir: '.' });
    metrics.watchLanes(() => ids.map((id, n) => lane(id, n !== 250, n === 260 ? 5_000 : 0)));
    const text = await page();
    expect(text.match(/^blueticks_session_connected\{/gm)).toHaveLength(201);
    expect(text).toContain('blueticks_session_connected{session="ses_000"} 1\n');
    expect(text).toContain('blueticks_session_connected{session="others"} 0\n');
    expect(text).toContain('blueticks_session_pace_wait_seconds{session="others"} 5\n');
    expect(text).toContain('blueticks_messages_under_way 600\n');
    expect(text).toContain('blueticks_sessions{status="connected"} 300\n');
  });
});
