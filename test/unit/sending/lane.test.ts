import type { Transact } from '../../../engine/events/transact';
import type { Encryption } from '../../../engine/encryption/encryption';
import { unpaced, type LanePacer } from '../../../engine/pacing/lane-pacer';
import type { Look } from '../../../engine/sending/claim';
import { Lane } from '../../../engine/sending/lane';
import { UNWATCHED } from '../../../engine/sending/sending-watch';
import type { Lease } from '../../../engine/sending/lease';
import type { Report, Reports } from '../../../engine/sending/reports';
import type { Sql } from '../../../engine/store/sql/database';
import type { MessageRow } from '../../../engine/store/tables/messages';
import type { Transport } from '../../../engine/transport/transport';
import { FakeClock } from '../../support/clock/fake-clock';
import { silentLog } from '../../support/servers/silent-log';

const MESSAGE = { id: 'msg_1', wire_id: 'W1', chat_id: '1@c.us', text: 'Hi', expires_at: null };

/** A paced lane with one message, which waits for its turn until the lane closes. */
function laneWithMessageUnderWay() {
  const clock = new FakeClock();
  const world = { clock, queries: 0, storeIsUp: true, reports: [] as Report[], hasRoom: true };
  let isOver: (isMyTurn: boolean) => void = () => {};
  const pacer: LanePacer = {
    ...unpaced(() => clock.now()),
    atOnce: 1,
    turn: () => new Promise((resolve) => (isOver = resolve)),
    close: () => isOver(false),
  };
  const sql = {
    query: () => {
      world.queries += 1;
      if (!world.storeIsUp) return Promise.reject(new Error('The database is closed'));
      return Promise.resolve([{ waiting: false, untold: false, due_at: null }]);
    },
  } as unknown as Sql;
  const looks: Look[] = [
    {
      claims: [{ message: MESSAGE as unknown as MessageRow, handedOverBefore: null }],
      more: false,
      passedOver: false,
      outdated: false,
    },
  ];
  const nothing: Look = { claims: [], more: false, passedOver: false, outdated: false };
  const lane = new Lane(
    { sessionId: 'ses_1', isCurrent: true } as Lease,
    { state: 'connected' } as Transport,
    { add: async (report: Report) => void world.reports.push(report) } as Reports,
    pacer,
    { isAnswer: () => false, beforeAnswer: () => Promise.resolve(), afterAnswer() {} },
    {
      sql,
      transact: (async () => {
        world.queries += 1;
        return looks.shift() ?? nothing;
      }) as unknown as Transact,
      clock,
      log: silentLog,
      encryption: {} as Encryption,
      allowPrivateMedia: false,
      watch: UNWATCHED,
      sharedCampaigns: () => [],
      arm() {},
      hasRoom: () => world.hasRoom,
      onLost() {},
    },
  );
  return { lane, world };
}

describe('a lane that is closed with a paced message under way', () => {
  it('looks at nothing more, and leaves no timer behind', async () => {
    const { lane, world } = laneWithMessageUnderWay();
    lane.wake();
    await world.clock.advanceAsync(10);
    world.storeIsUp = false;
    const before = world.queries;
    const closed = lane.close();
    await world.clock.advanceAsync(0);
    await closed;
    await world.clock.advanceAsync(60_000);
    expect(world.reports).toMatchObject([{ wireId: 'W1', failure: { reason: 'link_down' } }]);
    expect(world.queries).toBe(before);
    expect(world.clock.pending).toBe(0);
  });
});

describe('a lane without room on the disk', () => {
  it('claims nothing and asks the database nothing, until it is woken with room', async () => {
    const { lane, world } = laneWithMessageUnderWay();
    world.hasRoom = false;
    lane.wake();
    await world.clock.advanceAsync(60_000);
    expect([world.queries, world.clock.pending]).toEqual([0, 0]);
    world.hasRoom = true;
    lane.wake();
    await world.clock.advanceAsync(10);
    expect(world.queries).toBeGreaterThan(0);
    // Claimed, but not handed over: what happened to it could not be recorded.
    world.hasRoom = false;
    const closed = lane.close();
    await world.clock.advanceAsync(0);
    await closed;
    expect(world.reports).toMatchObject([{ failure: { reason: 'link_down', handedOverAt: null } }]);
  });
});
