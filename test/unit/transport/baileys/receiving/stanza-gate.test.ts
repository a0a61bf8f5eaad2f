import { EventEmitter } from 'node:events';
import { keepGate } from '../../../../../engine/transport/baileys/receiving/stanza-gate';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function gate(
  onReceipt: (id: string) => Promise<void> = () => Promise.resolve(),
  onMessage: (id: string) => Promise<void> | null = () => null,
  onCall: (id: string) => Promise<void> = () => Promise.resolve(),
  onNotification: (id: string) => Promise<void> | null = () => null,
) {
  const ws = new EventEmitter();
  const heard: string[] = [];
  const faults: string[] = [];
  let frames = 0;
  keepGate(ws, {
    onFrame: () => (frames += 1),
    onReceipt: ({ attrs }) => onReceipt(attrs.id ?? ''),
    onMessage: ({ attrs }) => {
      heard.push(`first: ${attrs.id}`);
      return onMessage(attrs.id ?? '');
    },
    onCall: ({ attrs }) => onCall(attrs.id ?? ''),
    onNotification: ({ attrs }) => onNotification(attrs.id ?? ''),
    onFault: (error, event) => void faults.push(`${event}: ${(error as Error).message}`),
  });
  for (const tag of ['message', 'receipt', 'call', 'notification'])
    ws.on(`CB:${tag}`, ({ attrs }) => void heard.push(`${tag} ${attrs.id}`));
  const send = (tag: string, id: string): boolean => ws.emit(`CB:${tag}`, { tag, attrs: { id } });
  return { ws, heard, faults, send, frames: () => frames };
}

describe('the gate between a socket and Baileys', () => {
  it('shows a message to its gatekeeper before Baileys', () => {
    const { heard, send } = gate();
    send('message', 'A');
    expect(heard).toEqual(['first: A', 'message A']);
  });

  it('holds a call until it is stored', async () => {
    let store = (): void => undefined;
    const stored = new Promise<void>((resolve) => (store = resolve));
    const { heard, send } = gate(undefined, undefined, () => stored);
    send('call', 'A');
    await turn();
    expect(heard).toEqual([]);
    store();
    await turn();
    expect(heard).toEqual(['call A']);
  });

  it('holds only the notifications that are to be stored', async () => {
    let store = (): void => undefined;
    const stored = new Promise<void>((resolve) => (store = resolve));
    const held = (id: string): Promise<void> | null => (id === 'group' ? stored : null);
    const { heard, send } = gate(undefined, undefined, undefined, held);
    send('notification', 'group');
    send('notification', 'keys');
    await turn();
    expect(heard).toEqual(['notification keys']);
    store();
    await turn();
    expect(heard).toEqual(['notification keys', 'notification group']);
  });

  it('holds a message that its gatekeeper has to store first', async () => {
    let stored = (): void => {};
    const wait = (id: string) => (id === 'A' ? new Promise<void>((resolve) => (stored = resolve)) : null);
    const { heard, send } = gate(undefined, wait);
    send('message', 'A');
    send('message', 'B');
    await turn();
    expect(heard).toEqual(['first: A', 'first: B', 'message B']);
    stored();
    await turn();
    expect(heard.at(-1)).toBe('message A');
  });

  it('holds receipts until they are stored and passes them on in order', async () => {
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

  it('drops a receipt that failed and goes on with the next', async () => {
    const { heard, faults, send } = gate((id) =>
      id === 'A' ? Promise.reject(new Error('no')) : Promise.resolve(),
    );
    send('receipt', 'A');
    send('receipt', 'B');
    await turn();
    expect([heard, faults]).toEqual([['receipt B'], ['CB:receipt: no']]);
  });

  it('catches errors of Baileys’ listeners, sync and async', async () => {
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

  it('reports whether anybody listens, and sees every frame', () => {
    const { ws, send, frames } = gate();
    expect([send('message', 'A'), ws.emit('CB:nobody', {}), ws.emit('frame', {})]).toEqual([
      true,
      false,
      false,
    ]);
    expect(frames()).toBe(1);
  });

  it('calls a once-listener once', () => {
    const { ws } = gate();
    let calls = 0;
    ws.once('CB:odd', () => (calls += 1));
    ws.emit('CB:odd', {});
    ws.emit('CB:odd', {});
    expect(calls).toBe(1);
  });
});
