import fc from 'fast-check';
import { DeliveryCapacity } from '../../../engine/events/delivery-capacity';

const of = (id: string, count: number) => Array.from({ length: count }, () => ({ webhook_id: id }));

/** Claims like the database: at most what is due, for each webhook and in total. */
function claim(capacity: DeliveryCapacity, due: Map<string, number>): { webhook_id: string }[] {
  const given = capacity.free();
  if (given.total <= 0) return [];
  const claimed = [...due]
    .flatMap(([id, count]) => of(id, Math.min(count, given.each[id] ?? given.perWebhook)))
    .slice(0, given.total);
  for (const { webhook_id: id } of claimed) due.set(id, due.get(id)! - 1);
  capacity.begin(claimed);
  capacity.noteMore(claimed, given);
  return claimed;
}

it('starts with 4 attempts per webhook and raises that to 16 once it responds', () => {
  const capacity = new DeliveryCapacity();
  const due = new Map([['wh_a', 100]]);
  expect(claim(capacity, due)).toHaveLength(4);
  for (let i = 0; i < 4; i += 1) capacity.end('wh_a', true);
  expect(claim(capacity, due)).toHaveLength(16);
});

it('makes one attempt at a time for a silent webhook until it responds', () => {
  const capacity = new DeliveryCapacity();
  const due = new Map([['wh_a', 100]]);
  claim(capacity, due);
  for (let i = 0; i < 4; i += 1) capacity.end('wh_a', false);
  expect(claim(capacity, due)).toHaveLength(1);
  capacity.end('wh_a', true);
  expect(claim(capacity, due)).toHaveLength(2);
});

it('forgets webhooks with nothing more due', () => {
  const capacity = new DeliveryCapacity();
  claim(capacity, new Map([['wh_a', 3]]));
  for (let i = 0; i < 3; i += 1) capacity.end('wh_a', false);
  expect(capacity.free()).toEqual({ total: 400, perWebhook: 4, each: {} });
});

it('always looks again while due deliveries fit, so no backlog is left behind', () => {
  const steps = fc.array(fc.record({ webhook: fc.nat(5), answered: fc.boolean() }), { maxLength: 300 });
  const backlog = fc.array(fc.nat(150), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(backlog, steps, (counts, order) => {
      const capacity = new DeliveryCapacity();
      const due = new Map(counts.map((count, i) => [`wh_${i}`, count]));
      const underWay = claim(capacity, due);
      const end = (index: number, answered: boolean): void => {
        const [ended] = underWay.splice(index, 1);
        if (capacity.end(ended!.webhook_id, answered)) underWay.push(...claim(capacity, due));
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
