import { ByteRoom } from '../../../../engine/api/edge/byte-room';

const LONG_MS = 60_000;

describe('ByteRoom', () => {
  it('lets in what fits, and the next one when another leaves', async () => {
    const room = new ByteRoom(10);
    const first = await room.enter(6, LONG_MS);
    const entered: string[] = [];
    const second = room.enter(6, LONG_MS).then((leave) => {
      entered.push('second');
      return leave;
    });
    await new Promise(setImmediate);
    expect(entered).toEqual([]);
    first!();
    first!();
    await second;
    expect(entered).toEqual(['second']);
  });

  it('keeps the order, so that a large one is not overtaken forever', async () => {
    const room = new ByteRoom(10);
    const leave = await room.enter(5, LONG_MS);
    const order: number[] = [];
    const both = [9, 1].map((bytes) => room.enter(bytes, LONG_MS).then(() => order.push(bytes)));
    leave!();
    await Promise.all(both);
    expect(order).toEqual([9, 1]);
  });

  it('gives something larger than all of it the whole room', async () => {
    const room = new ByteRoom(10);
    const leave = await room.enter(100, LONG_MS);
    expect(leave).not.toBeNull();
    expect(await room.enter(1, 1)).toBeNull();
    leave!();
    expect(await room.enter(1, 1)).not.toBeNull();
  });

  it('gives up after a while, and lets in those behind', async () => {
    const room = new ByteRoom(10);
    await room.enter(5, LONG_MS);
    const large = room.enter(9, 5);
    const small = room.enter(2, LONG_MS);
    expect(await large).toBeNull();
    expect(await small).not.toBeNull();
  });
});
