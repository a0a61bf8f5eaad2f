import { Coalescer } from '../../../engine/async/coalescer';

interface Run {
  finish(): void;
  fail(error: Error): void;
}

describe('Coalescer', () => {
  let coalescer: Coalescer;
  let runs: Run[];

  beforeEach(() => {
    coalescer = new Coalescer();
    runs = [];
  });

  function ask(key = 'a'): Promise<void> {
    return coalescer.run(key, () => new Promise((finish, fail) => runs.push({ finish, fail })));
  }

  async function settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  it('shares one more run between all callers during a run', async () => {
    const first = ask();
    const later = [ask(), ask(), ask()];
    expect(runs).toHaveLength(1);
    runs[0]?.finish();
    await first;
    await settle();
    expect(runs).toHaveLength(2);
    runs[1]?.finish();
    await Promise.all(later);
    expect(runs).toHaveLength(2);
  });

  it('does not share a run that has already started', async () => {
    void ask();
    void ask();
    runs[0]?.finish();
    await settle();
    void ask();
    await settle();
    expect(runs).toHaveLength(2);
    runs[1]?.finish();
    await settle();
    expect(runs).toHaveLength(3);
  });

  it('starts at once if nothing runs for the key', async () => {
    const [first, other] = [ask('a'), ask('b')];
    expect(runs).toHaveLength(2);
    runs.forEach((run) => run.finish());
    await Promise.all([first, other]);
    await settle();
    void ask('a');
    expect(runs).toHaveLength(3);
  });

  it('reports a failure only to the callers of that run, and starts the next run anyway', async () => {
    const first = ask();
    const second = ask();
    runs[0]?.fail(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await settle();
    runs[1]?.finish();
    await expect(second).resolves.toBeUndefined();
  });
});
