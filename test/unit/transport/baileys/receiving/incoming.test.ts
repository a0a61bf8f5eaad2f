import { Timers } from '../../../../../engine/async/timers';
import type { Baileys, BinaryNode } from '../../../../../engine/transport/baileys/baileys';
import { ChatTimers } from '../../../../../engine/transport/baileys/chats/chat-timers';
import { Backlog } from '../../../../../engine/transport/baileys/receiving/backlog';
import { Incoming, type Origin } from '../../../../../engine/transport/baileys/receiving/incoming';
import type { Receipt } from '../../../../../engine/transport/transport';
import { FakeClock } from '../../../../support/clock/fake-clock';
import { silentLog } from '../../../../support/servers/silent-log';
import { SmallMemory } from '../small-memory';

const HOUR = 3_600_000;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const bytes = (text: string) => Uint8Array.from(Buffer.from(text));
const unreachable = (): Promise<never> => Promise.reject(new Error('unreachable'));

/** A Baileys whose messages are plain text from 14155551234, or empty. */
const baileys = {
  proto: {
    Message: {
      ProtocolMessage: { Type: {} },
      decode: (plain: Uint8Array) =>
        plain.length > 0 ? { conversation: Buffer.from(plain).toString() } : { messageContextInfo: {} },
    },
    WebMessageInfo: { encode: () => ({ finish: () => new Uint8Array() }) },
  },
  unpadRandomMax16: (plain: Uint8Array) => plain,
  decodeMessageNode: ({ attrs }: BinaryNode) => ({
    fullMessage: { key: { remoteJid: '14155551234@s.whatsapp.net', id: attrs.id, fromMe: false } },
  }),
} as unknown as Baileys;

function message(id: string, ...sealed: Uint8Array[]): BinaryNode {
  const content = sealed.map((part) => ({ tag: 'enc', attrs: { type: 'msg' }, content: part }));
  return { tag: 'message', attrs: { id, from: '1@lid' }, content };
}

function world(store: (id: string) => Promise<void> = () => Promise.resolve()) {
  const clock = new FakeClock();
  const memory = new SmallMemory();
  const timers = new Timers(clock);
  const log: string[] = [];
  const incoming = new Incoming({
    ...{ baileys, memory, clock, timers, log: silentLog, chatTimers: new ChatTimers(memory) },
    handlers: {
      onReceipt: ({ wireId, status }: Receipt) => {
        log.push(`receipt ${wireId} ${status}`);
        return store(wireId);
      },
      onInbound: ({ id, text, isAwaited }) => {
        log.push(`store ${id}: ${text}${isAwaited ? ', awaited' : ''}`);
        return store(id);
      },
      onNothingWritten: async (id) => void log.push(`nothing ${id}`),
      onOwnRead: ({ chatId, wireIds }) => {
        log.push(`read ${chatId} ${wireIds.join()}`);
        return store(wireIds[0]!);
      },
    },
  });
  const origin: Origin = {
    acks: { accepted: (wireId) => void log.push(`accepted ${wireId}`) },
    backlog: {
      note: () => undefined,
      settle: ({ attrs }) => void log.push(`settled ${attrs.id}`),
      soFar: () => Promise.resolve(),
    },
    history: { keep: async (id) => void log.push(`history ${id}`) },
    timers: new Timers(clock),
    groups: { nameOf: async () => null, rename: () => undefined, tellName: () => undefined },
    device: {
      me: { jid: '14155550100@s.whatsapp.net', lid: null },
      phoneOfLid: () => Promise.resolve(null),
      namesOf: () => Promise.resolve(['14155551234@c.us']),
      writes: {
        hold: () => {
          log.push('held');
          return () => log.push('released');
        },
      },
    },
  };
  const arrive = (id: string, sealed: Uint8Array): void => void incoming.message(message(id, sealed), origin);
  return { clock, memory, timers, log, incoming, origin, arrive };
}

describe('an inbound message', () => {
  it('is decrypted and stored before Baileys gets it, with its keys held back', async () => {
    let stored = (): void => {};
    const { incoming, arrive, log } = world(() => new Promise((resolve) => (stored = resolve)));
    const sealed = bytes('sealed');
    arrive('A', sealed);
    let given = false;
    const plain = incoming.decryptAndStore(sealed, async () => bytes('hello'));
    void plain.then(() => (given = true));
    await turn();
    expect([given, log]).toEqual([false, ['held', 'store A: hello']]);
    stored();
    expect(Buffer.from(await plain).toString()).toBe('hello');
    expect(log).toEqual(['held', 'store A: hello', 'released', 'settled A']);
  });

  it('is decrypted once even if it arrives repeatedly while it is being stored', async () => {
    let stored = (): void => {};
    const { incoming, arrive, log } = world(() => new Promise((resolve) => (stored = resolve)));
    let times = 0;
    const results = [1, 2, 3].map(() => {
      const sealed = bytes('sealed');
      arrive('A', sealed);
      return incoming.decryptAndStore(sealed, async () => {
        times += 1;
        return bytes('hello');
      });
    });
    await turn();
    stored();
    const texts = (await Promise.all(results)).map((plain) => Buffer.from(plain).toString());
    expect([times, texts]).toEqual([1, ['hello', 'hello', 'hello']]);
    expect(log.filter((line) => line.startsWith('store'))).toHaveLength(1);
  });

  it('is decrypted again if it was encrypted again under the same id', async () => {
    const { incoming, arrive, log } = world();
    for (const text of ['one', 'two']) {
      const sealed = bytes(text);
      arrive('A', sealed);
      await incoming.decryptAndStore(sealed, async () => bytes(text));
    }
    expect(log.filter((line) => line.startsWith('store'))).toEqual(['store A: one', 'store A: two']);
  });

  it('is tried again if it could not be decrypted', async () => {
    const { incoming, arrive, log } = world();
    const sealed = bytes('sealed');
    arrive('A', sealed);
    const failed = incoming.decryptAndStore(sealed, () => Promise.reject(new Error('no session')));
    await expect(failed).rejects.toThrow('no session');
    await turn();
    await incoming.decryptAndStore(sealed, async () => bytes('hello'));
    const awaited = ['held', 'store A: null, awaited', 'released', 'settled A'];
    expect(log).toEqual([...awaited, 'held', 'store A: hello', 'released', 'settled A']);
  });

  it('is awaited before Baileys learns that it could not be decrypted', async () => {
    let stored = (): void => {};
    const { incoming, arrive } = world(() => new Promise((resolve) => (stored = resolve)));
    const sealed = bytes('sealed');
    arrive('A', sealed);
    let failed = false;
    void incoming
      .decryptAndStore(sealed, () => Promise.reject(new Error('Bad MAC')))
      .catch(() => (failed = true));
    await turn();
    expect(failed).toBe(false);
    stored();
    await turn();
    expect(failed).toBe(true);
  });

  it('without ciphertext is stored before it is settled', async () => {
    let stored = (): void => {};
    const { incoming, origin, log } = world(() => new Promise((resolve) => (stored = resolve)));
    const held = incoming.message(message('A'), origin);
    await turn();
    expect(log).toEqual(['store A: null, awaited']);
    stored();
    await held;
    expect(log.at(-1)).toBe('settled A');
  });

  it('that was encrypted again and is none that somebody wrote is awaited no longer', async () => {
    const { incoming, origin, log } = world();
    for (const [id, attrs] of [
      ['A', {}],
      ['B', { count: '1' }],
    ] as const) {
      const sealed = bytes('');
      const stanza = message(id, sealed);
      Object.assign((stanza.content as BinaryNode[])[0]!.attrs, attrs);
      void incoming.message(stanza, origin);
      await incoming.decryptAndStore(sealed, async () => sealed);
    }
    expect(log.filter((line) => line.startsWith('nothing'))).toEqual(['nothing B']);
  });

  it('of an unknown stanza is only decrypted', async () => {
    const { incoming, log } = world();
    await incoming.decryptAndStore(bytes('sealed'), async () => bytes('hello'));
    expect(log).toEqual([]);
  });
});

describe('storing an inbound message', () => {
  function storing(store: () => Promise<void>) {
    const made = world(store);
    const sealed = bytes('sealed');
    made.arrive('A', sealed);
    let done = false;
    void made.incoming.decryptAndStore(sealed, async () => bytes('hello')).then(() => (done = true));
    return { ...made, isDone: () => done };
  }

  it('is retried for as long as the store is unreachable', async () => {
    let down = true;
    const { clock, memory, isDone } = storing(() => (down ? unreachable() : Promise.resolve()));
    memory.read = unreachable;
    for (let hours = 0; hours < 24; hours++) await clock.advanceAsync(HOUR);
    expect(isDone()).toBe(false);
    down = false;
    await clock.advanceAsync(HOUR);
    expect(isDone()).toBe(true);
  });

  it('gives up on a message that a working store keeps refusing', async () => {
    let tries = 0;
    const { clock, isDone } = storing(() => {
      tries += 1;
      return Promise.reject(new Error('a text that no database accepts'));
    });
    await clock.advanceAsync(60_000);
    expect(isDone()).toBe(false);
    await clock.advanceAsync(HOUR);
    expect(isDone()).toBe(true);
    expect(tries).toBeGreaterThan(10);
  });

  it('never settles once the timers have been stopped', async () => {
    const { clock, memory, timers, isDone } = storing(unreachable);
    memory.read = unreachable;
    await clock.advanceAsync(0);
    timers.stop();
    await clock.advanceAsync(HOUR);
    expect(isDone()).toBe(false);
  });
});

describe('a receipt', () => {
  it('proves that the server has the message, and resolves once it is stored', async () => {
    let stored = (): void => {};
    const { incoming, origin, log } = world(() => new Promise((resolve) => (stored = resolve)));
    let done = false;
    const receipt = { tag: 'receipt', attrs: { id: 'A', from: '1@lid', type: 'read' } };
    void incoming.receipt(receipt, origin).then(() => (done = true));
    await turn();
    expect([done, log]).toEqual([false, ['accepted A', 'receipt A read']]);
    stored();
    await turn();
    expect(done).toBe(true);
  });

  it('is reported again until it is stored', async () => {
    let down = true;
    const { incoming, origin, clock, log } = world(() => (down ? unreachable() : Promise.resolve()));
    const receipt = incoming.receipt({ tag: 'receipt', attrs: { id: 'A', from: '1@lid' } }, origin);
    await clock.advanceAsync(60_000);
    down = false;
    await clock.advanceAsync(60_000);
    await receipt;
    expect(log.filter((line) => line === 'receipt A delivered').length).toBeGreaterThan(3);
  });
});

describe('what the owner has read', () => {
  const stanza = {
    tag: 'receipt',
    attrs: { id: 'A', from: '14155550100@s.whatsapp.net', recipient: '1@lid', type: 'read' },
  };

  it('is told once the messages that came before it are stored, and is no receipt', async () => {
    const { incoming, origin, log } = world();
    const backlog = new Backlog();
    const sealed = bytes('sealed');
    void incoming.message(message('A', sealed), { ...origin, backlog });
    const told = incoming.receipt(stanza, { ...origin, backlog });
    await turn();
    expect(log).toEqual([]);
    await incoming.decryptAndStore(sealed, async () => bytes('hello'));
    await told;
    expect(log).toEqual(['held', 'store A: hello', 'released', 'read 1@lid A']);
  });

  it('is told again until it is stored', async () => {
    let down = true;
    const { incoming, origin, clock, log } = world(() => (down ? unreachable() : Promise.resolve()));
    const told = incoming.receipt(stanza, origin);
    await clock.advanceAsync(60_000);
    down = false;
    await clock.advanceAsync(60_000);
    await told;
    expect(log.filter((line) => line === 'read 1@lid A').length).toBeGreaterThan(3);
  });

  it('does not wait for a status, which Baileys ignores', async () => {
    const { incoming, origin, log } = world();
    const backlog = new Backlog();
    const status = message('S', bytes('sealed'));
    status.attrs.from = 'status@broadcast';
    expect(incoming.message(status, { ...origin, backlog })).toBeNull();
    await incoming.receipt(stanza, { ...origin, backlog });
    expect(log).toEqual(['read 1@lid A']);
  });
});
