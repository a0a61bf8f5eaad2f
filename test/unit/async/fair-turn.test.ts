import { fairTurn } from '../../../engine/async/fair-turn';

/** Keeps the event loop busy. */
function spin(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

/** Works in pieces of a millisecond, and counts how often the event loop turned meanwhile. */
async function turnsDuring(pieces: number): Promise<number> {
  let turns = 0;
  let working = true;
  const count = (): void => {
    turns += 1;
    if (working) setImmediate(count);
  };
  setImmediate(count);
  for (let done = 0; done < pieces; done++) {
    await fairTurn();
    spin(1);
  }
  working = false;
  return turns;
}

describe('a fair turn', () => {
  it('lets the event loop turn during long work, but not for every piece of it', async () => {
    const turns = await turnsDuring(60);
    // Ten milliseconds at a time; a busy machine makes the pieces longer.
    expect(turns).toBeGreaterThanOrEqual(4);
    expect(turns).toBeLessThanOrEqual(60);
  });

  it('is shared: two who work at the same time turn it no less often', async () => {
    const [one, other] = await Promise.all([turnsDuring(40), turnsDuring(40)]);
    expect(Math.max(one, other)).toBeGreaterThanOrEqual(6);
  });
});
