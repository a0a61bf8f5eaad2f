import fc from 'fast-check';
import { DeliveryRoom } from '../../../engine/events/delivery-room';

const of = (id: string, count: number) => Array.from({ length: count }, () => ({ webhook_id: id }));

/** Claims as the database does: at most what there is, for each webhook and in all. */
function claim(room: DeliveryRoom, due: Map<string, number>): { webhook_id: string }[] {
  const given = room.free();
  if (given.total <= 0) return [];
  const claimed = [...due]
    .flatMap(([id, count]) => of(id, Math.min(count, given.each[id] ?? given.perWebhook)))
    .slice(0, given.total);
  for (const { webhook_id: id } of claimed) due.set(id, due.get(id)! - 1);
  room.enter(claimed);
  room.noteRest(claimed, given);
  return claimed;
}

it('begins with 4 of a webhook, and gives it 16 once it answers', () => {
  const room = new DeliveryRoom();
  const due = new Map([['wh_a', 100]]);
  expect(claim(room, due)).toHaveLength(4);
  for (let i = 0; i < 4; i += 1) room.leave('wh_a', true);
  expect(claim(room, due)).toHaveLength(16);
});

it('gives one attempt at a time to a webhook that is silent, until it answers', () => {
  const room = new DeliveryRoom();
  const due = new Map([['wh_a', 100]]);
  claim(room, due);
  for (let i = 0; i < 4; i += 1) room.leave('wh_a', false);
  expect(claim(room, due)).toHaveLength(1);
  room.leave('wh_a', true);
  expect(claim(room, due)).toHaveLength(2);
});

it('forgets webhooks that have nothing more', () => {
  const room = new DeliveryRoom();
  claim(room, new Map([['wh_a', 3]]));
  for (let i = 0; i < 3; i += 1) room.leave('wh_a', false);
  expect(room.free()).toEqual({ total: 400, perWebhook: 4, each: {} });
});

it('always looks again while something that is due fits, so that no backlog is left lying', () => {
  const steps = fc.array(fc.record({ webhook: fc.nat(5), answered: fc.boolean() }), { maxLength: 300 });
  const backlog = fc.array(fc.nat(150), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(backlog, steps, (counts, order) => {
      const room = new DeliveryRoom();
      const due = new Map(counts.map((count, i) => [`wh_${i}`, count]));
      const underWay = claim(room, due);
      const end = (index: number, answered: boolean): void => {
        const [ended] = underWay.splice(index, 1);
        if (room.leave(ended!.webhook_id, answered)) underWay.push(...claim(room, due));
      };
      for (const { webhook, answered } of order) {
        const index = underWay.findIndex(({ webhook_id: id }) => id === `wh_${webhook}`);
        if (index >= 0) end(index, answered);
      }
      while (underWay.length > 0) end(0, false);
      expect([...due.values()].reduce((a, b) => a + b, 0)).toBe(0);
    }),
  );
});
