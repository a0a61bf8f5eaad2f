import { CHAT_HISTORY } from '../../../engine/chats/chat-history';
import type { Transact } from '../../../engine/events/transact';
import { Reports } from '../../../engine/sending/reports';
import { FakeClock } from '../../support/clock/fake-clock';
import { silentLog } from '../../support/servers/silent-log';

describe('Reports', () => {
  let clock: FakeClock;
  let attempts: number;
  let isUp: boolean;
  let reports: Reports;

  beforeEach(() => {
    clock = new FakeClock();
    attempts = 0;
    isUp = false;
    const transact = async (): Promise<void> => {
      attempts += 1;
      if (!isUp) throw new Error('The database is down');
    };
    reports = new Reports('ses_1', transact as unknown as Transact, clock, silentLog, CHAT_HISTORY);
  });

  const add = (): { isStored: boolean } => {
    const state = { isStored: false };
    const receipt = { wireId: 'W1', status: 'delivered' as const, at: clock.now() };
    void reports.add({ wireId: 'W1', receipt }).then(() => (state.isStored = true));
    return state;
  };

  /** In steps, because a grouped write takes a turn of the event loop of its own. */
  const pass = async (ms: number): Promise<void> => {
    for (let step = 0; step < 10; step += 1) await clock.advanceAsync(ms / 10);
  };

  it('retries until a report is stored', async () => {
    const report = add();
    await pass(2_500);
    expect([attempts, report.isStored]).toEqual([3, false]);
    isUp = true;
    await pass(1_000);
    expect([attempts, report.isStored]).toEqual([4, true]);
  });

  it('neither stores a report after it is closed nor says that it did', async () => {
    const report = add();
    await pass(10);
    await reports.close();
    isUp = true;
    await pass(60_000);
    expect([attempts, report.isStored]).toEqual([1, false]);
    expect(clock.pending).toBe(0);
  });
});
