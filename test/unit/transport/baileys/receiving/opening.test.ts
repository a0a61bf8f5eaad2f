import { Opening, type Arrival } from '../../../../../engine/transport/baileys/receiving/opening';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const bytes = (text: string) => Uint8Array.from(Buffer.from(text));

function arrival(id: string, ...sealed: Uint8Array[]): Arrival<string> {
  const content = sealed.map((part) => ({ tag: 'enc', attrs: { type: 'msg' }, content: part }));
  return { stanza: { tag: 'message', attrs: { id, from: '1@lid' }, content }, connection: 'a socket' };
}

function opening(store: (id: string) => Promise<void> = () => Promise.resolve()) {
  const log: string[] = [];
  const opened = new Opening<string>(
    () => ({
      hold: () => {
        log.push('held');
        return () => log.push('released');
      },
    }),
    async ({ stanza }, plain) => {
      log.push(`store ${stanza.attrs.id}: ${Buffer.from(plain).toString()}`);
      await store(stanza.attrs.id ?? '');
    },
    ({ stanza }) => void log.push(`settled ${stanza.attrs.id}`),
  );
  return { opened, log };
}

describe('opening what came', () => {
  it('holds the keys, opens, stores, and only then gives it to Baileys', async () => {
    let stored = (): void => {};
    const { opened, log } = opening(() => new Promise((resolve) => (stored = resolve)));
    const sealed = bytes('sealed');
    opened.note(arrival('A', sealed));
    let given = false;
    const plain = opened.open(sealed, async () => bytes('hello'));
    void plain.then(() => (given = true));
    await turn();
    expect([given, log]).toEqual([false, ['held', 'store A: hello']]);
    stored();
    expect(Buffer.from(await plain).toString()).toBe('hello');
    expect(log).toEqual(['held', 'store A: hello', 'released', 'settled A']);
  });

  it('opens the same message once, however often it comes, also while it is being stored', async () => {
    let stored = (): void => {};
    const { opened, log } = opening(() => new Promise((resolve) => (stored = resolve)));
    let times = 0;
    const results = [1, 2, 3].map(() => {
      const sealed = bytes('sealed');
      opened.note(arrival('A', sealed));
      return opened.open(sealed, async () => {
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

  it('opens one that was sealed anew under the same id', async () => {
    const { opened, log } = opening();
    for (const text of ['one', 'two']) {
      const sealed = bytes(text);
      opened.note(arrival('A', sealed));
      await opened.open(sealed, async () => bytes(text));
    }
    expect(log.filter((line) => line.startsWith('store'))).toEqual(['store A: one', 'store A: two']);
  });

  it('tries again one that could not be opened', async () => {
    const { opened, log } = opening();
    const sealed = bytes('sealed');
    opened.note(arrival('A', sealed));
    await expect(opened.open(sealed, () => Promise.reject(new Error('no session')))).rejects.toThrow(
      'no session',
    );
    await turn();
    await opened.open(sealed, async () => bytes('hello'));
    expect(log).toEqual(['held', 'released', 'settled A', 'held', 'store A: hello', 'released', 'settled A']);
  });

  it('leaves alone what is of no stanza that it saw', async () => {
    const { opened, log } = opening();
    await opened.open(bytes('sealed'), async () => bytes('hello'));
    expect(log).toEqual([]);
  });
});
