import { Closing } from '../../../engine/async/closing';

describe('closing', () => {
  it('closes in reverse order, one after the other', async () => {
    const closed: string[] = [];
    const closing = new Closing(() => undefined);
    closing.add(() => closed.push('database'));
    closing.add(async () => {
      await Promise.resolve();
      closed.push('server');
    });
    await closing.run();
    expect(closed).toEqual(['server', 'database']);
  });

  it('closes the rest when one part fails, and reports the failure', async () => {
    const closed: string[] = [];
    const errors: unknown[] = [];
    const closing = new Closing((error) => errors.push(error));
    closing.add(() => closed.push('first'));
    closing.add(() => Promise.reject(new Error('stuck')));
    closing.add(() => closed.push('last'));
    await closing.run();
    expect(closed).toEqual(['last', 'first']);
    expect(errors).toEqual([new Error('stuck')]);
  });

  it('closes each part once', async () => {
    let times = 0;
    const closing = new Closing(() => undefined);
    closing.add(() => (times += 1));
    await Promise.all([closing.run(), closing.run()]);
    expect(times).toBe(1);
  });

  it('closes a group at its place, also what was added to it later', async () => {
    const closed: string[] = [];
    const closing = new Closing(() => undefined);
    const group = closing.group();
    group.add(() => closed.push('deliveries'));
    closing.add(() => closed.push('server'));
    group.add(() => closed.push('their wake-ups'));
    await closing.run();
    expect(closed).toEqual(['server', 'their wake-ups', 'deliveries']);
  });

  it('leaves behind what takes too long, and still closes what is vital', async () => {
    const closed: string[] = [];
    const errors: unknown[] = [];
    const closing = new Closing((error) => errors.push(error));
    closing.addVital(async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      closed.push('database');
    });
    closing.add(() => closed.push('quick, though late'));
    closing.add(() => new Promise(() => undefined));
    await closing.run(10);
    expect(closed).toEqual(['quick, though late', 'database']);
    expect(errors).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/too long to close/) }),
    ]);
  });
});
