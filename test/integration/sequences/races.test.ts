import { stopSequences } from '../../../engine/sequences/stop-sequences';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { StoreWorld } from './store-world';

jest.setTimeout(90_000);

const COUNT = 40;
const phones = Array.from({ length: COUNT }, (_, index) => `+1500555${3000 + index}`);
/** In another order than that in which they are claimed; 17 and COUNT have no common divisor. */
const shuffled = phones.map((_, index) => phones[(index * 17) % COUNT]!);

describe.each(DATABASE_KINDS)('on %s,', (kind) => {
  let world: StoreWorld;
  beforeEach(async () => {
    world = await StoreWorld.open(kind);
  });
  afterEach(() => world.close());

  it('stops every other step when a reply races with a due step', async () => {
    const ids = new Map<string, string>();
    for (const phone of phones) ids.set(phone, await world.create(phone, ['PT0S', 'P1D', 'P2D']));
    const claimed = new Set<string>();
    const claimAll = async (): Promise<void> => {
      for (let looks = 0; looks < COUNT; looks += 1)
        for (const { message } of (await world.claim(3)).claims) claimed.add(message.sequence_id!);
    };
    await Promise.all([claimAll(), ...shuffled.map((phone) => world.receive(phone, 'hm'))]);
    for (const id of ids.values()) {
      const first = claimed.has(id) ? 'sending' : 'canceled';
      expect((await world.steps(id)).map(({ status }) => status)).toEqual([first, 'canceled', 'canceled']);
      expect(await world.status(id)).toBe('stopped_by_reply');
      expect(await world.told(id)).toEqual(['sequence.stopped']);
    }
    // Neither always won.
    if (kind === 'postgres') expect(claimed.size).toBeGreaterThan(0);

    // What was on its way arrives, and that changes no end.
    for (const id of claimed) await world.accepted((await world.steps(id))[0]!);
    for (const id of claimed) {
      expect(await world.status(id)).toBe('stopped_by_reply');
      expect(await world.told(id)).toEqual(['sequence.stopped']);
    }
  });

  it('ends each sequence once when receipts, cancel, reply and stop word race', async () => {
    const ids: string[] = [];
    for (const phone of phones) ids.push(await world.create(phone, ['PT0S']));
    const { claims } = await world.claim();
    expect(claims).toHaveLength(COUNT);
    await Promise.all([
      ...claims.map(({ message }) => world.accepted(message)),
      ...shuffled.map((phone, index) => world.receive(phone, index % 2 ? 'hm' : 'STOP')),
      ...ids.map((id) => world.transact((work) => stopSequences(work, 'test', [id], 'canceled'))),
    ]);
    for (const id of ids) {
      const status = await world.status(id);
      const told = await world.told(id);
      expect(told).toEqual([status === 'completed' ? 'sequence.completed' : 'sequence.stopped']);
      expect(['completed', 'canceled', 'stopped_by_reply']).toContain(status);
      expect((await world.steps(id))[0]!.sent_at).not.toBeNull();
    }
  });

  it('completes a sequence once when its steps are accepted together', async () => {
    const ids: string[] = [];
    for (const phone of phones.slice(0, 10)) ids.push(await world.create(phone, ['PT0S', 'PT0S', 'PT0S']));
    const claims = [];
    // One a chat at a time, as the lane does it.
    for (let round = 0; round < 3; round += 1) claims.push(...(await world.claim()).claims);
    expect(claims).toHaveLength(30);
    await Promise.all(claims.map(({ message }) => world.accepted(message)));
    for (const id of ids) {
      expect(await world.status(id)).toBe('completed');
      expect(await world.told(id)).toEqual(['sequence.completed']);
    }
  });

  it('ignores replies from before the start, allowing for clock differences', async () => {
    const id = await world.create('+15005553000', ['P1D']);
    await world.receive('+15005553000', 'hm', { at: world.clock.now() - 60_000 });
    expect([await world.status(id), await world.told(id)]).toEqual(['active', []]);
    await world.receive('+15005553000', 'hm', { at: world.clock.now() - 2_000 });
    expect(await world.status(id)).toBe('stopped_by_reply');
  });

  it('does not retry a step after its sequence was stopped', async () => {
    const id = await world.create('+15005553000', ['PT0S', 'P1D']);
    const [claim] = (await world.claim()).claims;
    await world.receive('+15005553000', 'hm');
    const { wire_id: wireId, attempts } = claim!.message;
    await world.reports.add({
      wireId,
      failure: { reason: 'link_down', mayPass: true, handedOverAt: null, attempt: attempts },
    });
    expect((await world.steps(id))[0]!.status).toBe('queued');
    expect((await world.claim()).claims).toEqual([]);
    expect((await world.steps(id)).map(({ status }) => status)).toEqual(['canceled', 'canceled']);
  });
});
