import fc from 'fast-check';
import { DeliveryLine, PATIENCE_MS } from '../../../engine/events/delivery-line';

interface Delivery {
  id: string;
  chat: string | null;
}

const lineOf = (...deliveries: [string, string | null][]): DeliveryLine<Delivery> => {
  const line = new DeliveryLine<Delivery>();
  for (const [id, chat] of deliveries) line.add({ id, chat });
  return line;
};

it('lets one of each chat go at a time, and those of no chat at once', () => {
  const line = lineOf(['1', 'a'], ['2', 'a'], ['3', 'b'], ['4', null], ['5', null]);
  const gone = [1, 2, 3, 4].map(() => line.next(0)?.id);
  expect([...gone, line.next(0)?.id]).toEqual(['1', '3', '4', '5', undefined]);
  line.ended({ id: '1', chat: 'a' });
  expect(line.next(0)?.id).toBe('2');
});

it('waits no longer for an answer than its patience lasts', () => {
  const line = lineOf(['1', 'a'], ['2', 'a'], ['3', 'a']);
  line.next(0);
  expect(line.nextIn(100)).toBe(PATIENCE_MS - 100);
  expect(line.next(PATIENCE_MS - 1)).toBeUndefined();
  expect(line.next(PATIENCE_MS)?.id).toBe('2');
  // The answer to the first one says nothing about the second.
  line.ended({ id: '1', chat: 'a' });
  expect(line.next(PATIENCE_MS)).toBeUndefined();
});

it('is idle when nothing waits and no chat is busy', () => {
  const line = lineOf(['1', 'a'], ['2', 'a']);
  line.next(0);
  expect(line.drain().map(({ id }) => id)).toEqual(['2']);
  expect([line.isIdle, line.nextIn(0)]).toEqual([false, null]);
  line.ended({ id: '1', chat: 'a' });
  expect(line.isIdle).toBe(true);
});

it('keeps the order of every chat, and leaves nothing behind', () => {
  const step = fc.oneof(
    fc.record({ add: fc.constantFrom('a', 'b', 'c', null) }),
    fc.record({ end: fc.nat(10) }),
    fc.record({ pass: fc.integer({ min: 1, max: 300 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const line = new DeliveryLine<Delivery>();
      const underWay: Delivery[] = [];
      const gone: Delivery[] = [];
      let [now, count] = [0, 0];
      const advance = (): void => {
        for (let next = line.next(now); next; next = line.next(now)) {
          gone.push(next);
          underWay.push(next);
        }
      };
      const end = (index: number): void => underWay.splice(index, 1).forEach((one) => line.ended(one));
      for (const one of steps) {
        if ('add' in one) line.add({ id: String(count++), chat: one.add });
        else if ('end' in one) end(one.end % Math.max(1, underWay.length));
        else now += one.pass;
        advance();
      }
      while (underWay.length > 0) {
        end(0);
        advance();
      }
      expect(gone).toHaveLength(count);
      expect(line.isIdle).toBe(true);
      for (const chat of ['a', 'b', 'c']) {
        const ids = gone.filter((one) => one.chat === chat).map(({ id }) => Number(id));
        expect(ids).toEqual([...ids].sort((a, b) => a - b));
      }
    }),
  );
});
