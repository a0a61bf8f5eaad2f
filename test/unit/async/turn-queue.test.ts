import { setImmediate as nextTurn } from 'node:timers/promises';
import { TurnQueue } from '../../../engine/async/turn-queue';

describe('TurnQueue', () => {
  it('gives one turn at a time, first come first served', async () => {
    const turns = new TurnQueue();
    const log: string[] = [];
    const ask = (name: string): Promise<() => void> =>
      turns.acquire().then((release) => {
        log.push(name);
        return release;
      });
    const first = ask('first');
    const [second] = [ask('second'), ask('third')];
    const release = await first;
    await nextTurn();
    expect(log).toEqual(['first']);
    release();
    // A second release must not end the turn of the next holder.
    release();
    await second;
    await nextTurn();
    expect(log).toEqual(['first', 'second']);
  });

  it('rejects everyone who waits when it is closed', async () => {
    const turns = new TurnQueue();
    await turns.acquire();
    const waiting = turns.acquire();
    turns.close(new Error('ended'));
    await expect(waiting).rejects.toThrow('ended');
  });
});
