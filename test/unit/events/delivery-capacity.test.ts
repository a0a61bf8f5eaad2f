import fc from 'fast-check';
import { DeliveryCapacity } from '../../../engine/events/delivery-capacity';

const of = (id: string, count: number) => Array.from({ length: count }, () => ({ webhook_id: id }));
const FAST = { came: true, ms: 5 };
const SLOW = { came: true, ms: 500 };
const SILENT = { came: false, ms: 10_000 };

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

/** Starts what may be started. @returns how many */
function start(capacity: DeliveryCapacity, id: string, most = Infinity): number {
  let started = 0;
  while (started < most && capacity.mayStart(id)) {
    capacity.start(id);
    started += 1;
  }
  return started;
}

function answer(capacity: DeliveryCapacity, response: typeof FAST, count: number): void {
  for (let i = 0; i < count; i += 1) capacity.end('wh_a', response);
}

it('starts with 4 attempts per webhook and raises that to 16 once it responds', () => {
  const capacity = new DeliveryCapacity();
  const due = new Map([['wh_a', 100]]);
  expect(claim(capacity, due)).toHaveLength(4);
  expect(start(capacity, 'wh_a', 4)).toBe(4);
  answer(capacity, SLOW, 4);
  expect(claim(capacity, due)).toHaveLength(16);
  expect(start(capacity, 'wh_a')).toBe(16);
});

it('has 64 under way for a webhook that responds fast, and claims more ahead', () => {
  const capacity = new DeliveryCapacity();
  const due = new Map([['wh_a', 1_000]]);
  claim(capacity, due);
  start(capacity, 'wh_a', 4);
  answer(capacity, FAST, 4);
  expect(claim(capacity, due)).toHaveLength(256);
  expect(start(capacity, 'wh_a')).toBe(64);
  capacity.end('wh_a', SLOW);
  expect(start(capacity, 'wh_a')).toBe(0);
});

it('makes one attempt at a time for a silent webhook until it responds', () => {
  const capacity = new DeliveryCapacity();
  const due = new Map([['wh_a', 100]]);
  claim(capacity, due);
  start(capacity, 'wh_a', 4);
  answer(capacity, SILENT, 4);
  expect(claim(capacity, due)).toHaveLength(1);
  start(capacity, 'wh_a');
  answer(capacity, SLOW, 1);
  expect(claim(capacity, due)).toHaveLength(2);
});

it('forgets webhooks with nothing more due', () => {
  const capacity = new DeliveryCapacity();
  claim(capacity, new Map([['wh_a', 3]]));
  start(capacity, 'wh_a', 3);
  answer(capacity, SILENT, 3);
  expect(capacity.free()).toEqual({ total: 2_000, perWebhook: 4, each: {} });
});

it('lets no new delivery overtake older ones that are due', () => {
  const capacity = new DeliveryCapacity();
  claim(capacity, new Map([['wh_a', 100]]));
  expect(capacity.freeForNew().each).toEqual({ wh_a: 0 });
  expect(capacity.freeForNew().perWebhook).toBe(32);
  const other = new DeliveryCapacity();
  other.noteLeft(['wh_b']);
  expect(other.freeForNew().each).toEqual({ wh_b: 0 });
  // It was left after that look began.
  const given = other.free();
  other.noteLeft(['wh_b']);
  other.noteMore([], given);
  expect(other.freeForNew().each).toEqual({ wh_b: 0 });
  other.noteMore([], other.free());
  expect(other.freeForNew().each).toEqual({});
});

it('always looks again while due deliveries fit, so no backlog is left behind', () => {
  const response = fc.constantFrom(FAST, SLOW, SILENT, null);
  const steps = fc.array(fc.record({ webhook: fc.nat(5), response }), { maxLength: 300 });
  const backlog = fc.array(fc.nat(600), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(backlog, steps, (counts, order) => {
      const capacity = new DeliveryCapacity();
      const due = new Map(counts.map((count, i) => [`wh_${i}`, count]));
      const inLine = claim(capacity, due);
      const end = (index: number, given: typeof FAST | null): void => {
        const [{ webhook_id: id } = { webhook_id: '' }] = inLine.splice(index, 1);
        start(capacity, id, 1);
        if (capacity.end(id, given)) inLine.push(...claim(capacity, due));
      };
      for (const { webhook, response: given } of order) {
        const index = inLine.findIndex(({ webhook_id: id }) => id === `wh_${webhook}`);
        if (index >= 0) end(index, given);
      }
      while (inLine.length > 0) end(0, SILENT);
      expect([...due.values()].reduce((a, b) => a + b, 0)).toBe(0);
    }),
  );
});
