import { EventEmitter } from 'node:events';
import { keepGate } from '../../../../../engine/transport/baileys/receiving/stanza-gate';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function gate(onReceipt: (id: string) => Promise<void> = () => Promise.resolve()) {
  const ws = new EventEmitter();
  const heard: string[] = [];
  const faults: string[] = [];
  let frames = 0;
  keepGate(ws, {
    onFrame: () => (frames += 1),
    onReceipt: ({ attrs }) => onReceipt(attrs.id ?? ''),
    onMessage: ({ attrs }) => void heard.push(`first: ${attrs.id}`),
    onFault: (error, event) => void faults.push(`${event}: ${(error as Error).message}`),
  });
  for (const tag of ['message', 'receipt'])
    ws.on(`CB:${tag}`, ({ attrs }) => void heard.push(`${tag} ${attrs.id}`));
  const send = (tag: string, id: string): boolean => ws.emit(`CB:${tag}`, { tag, attrs: { id } });
  return { ws, heard, faults, send, frames: () => frames };
}

describe('the gate between a socket and Baileys', () => {
  it('shows a message to the keeper before Baileys gets it', () => {
    const { heard, send } = gate();
    send('message', 'A');
    expect(heard).toEqual(['first: A', 'message A']);
  });

  it('holds receipts until they are stored, and lets them through in their order', async () => {
    const stored = new Map<string, () => void>();
    const { heard, send } = gate((id) => new Promise((resolve) => stored.set(id, resolve)));
    send('receipt', 'A');
    send('receipt', 'B');
    stored.get('B')!();
    await turn();
    expect(heard).toEqual([]);
    stored.get('A')!();
    await turn();
    expect(heard).toEqual(['receipt A', 'receipt B']);
  });

  it('does not let one through that could not be dealt with, and goes on with the next', async () => {
    const { heard, faults, send } = gate((id) =>
      id === 'A' ? Promise.reject(new Error('no')) : Promise.resolve(),
    );
    send('receipt', 'A');
    send('receipt', 'B');
    await turn();
    expect([heard, faults]).toEqual([['receipt B'], ['CB:receipt: no']]);
  });

  it('catches what Baileys’ listeners throw, at once and later', async () => {
    const { ws, faults } = gate();
    ws.on('CB:odd', () => {
      throw new Error('at once');
    });
    ws.on('CB:odd', async () => {
      await turn();
      throw new Error('later');
    });
    ws.emit('CB:odd', {});
    await turn();
    await turn();
    expect(faults).toEqual(['CB:odd: at once', 'CB:odd: later']);
  });

  it('says whether anybody listens, and knows of every frame', () => {
    const { ws, send, frames } = gate();
    expect([send('message', 'A'), ws.emit('CB:nobody', {}), ws.emit('frame', {})]).toEqual([
      true,
      false,
      false,
    ]);
    expect(frames()).toBe(1);
  });

  it('calls a listener for one time once', () => {
    const { ws } = gate();
    let calls = 0;
    ws.once('CB:odd', () => (calls += 1));
    ws.emit('CB:odd', {});
    ws.emit('CB:odd', {});
    expect(calls).toBe(1);
  });
});
