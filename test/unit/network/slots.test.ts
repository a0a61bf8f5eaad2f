import { createSlots } from '../../../engine/network/slots';

function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('createSlots', () => {
  it('runs at most so many of one key at once, in order, and others meanwhile', async () => {
    const slots = createSlots(2);
    const gates = [gate(), gate(), gate(), gate()];
    const started: string[] = [];
    const runs = gates.map(({ opened }, i) =>
      slots.run('a', () => {
        started.push(`a${i}`);
        return opened;
      }),
    );
    await slots.run('b', async () => void started.push('b'));
    expect(started).toEqual(['a0', 'a1', 'b']);
    gates[1]!.open();
    await settle();
    expect(started).toEqual(['a0', 'a1', 'b', 'a2']);
    for (const each of gates) each.open();
    await Promise.all(runs);
    expect(started).toEqual(['a0', 'a1', 'b', 'a2', 'a3']);
  });

  it('gives the slot back when the work fails', async () => {
    const slots = createSlots(1);
    const failed = slots.run('a', () => Promise.reject(new Error('no')));
    const next = slots.run('a', () => Promise.resolve('yes'));
    await expect(failed).rejects.toThrow('no');
    await expect(next).resolves.toBe('yes');
    await expect(slots.run('a', () => Promise.resolve('again'))).resolves.toBe('again');
  });
});
