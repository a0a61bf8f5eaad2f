import { AwayBacklog } from '../../../../../engine/transport/baileys/receiving/away-backlog';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const message = (attrs: Record<string, string>, ...types: string[]) => ({
  tag: 'message',
  attrs,
  content: types.map((type) => ({ tag: 'enc', attrs: { type }, content: new Uint8Array(1) })),
});

describe('the backlog of messages received while offline', () => {
  it('is empty when every part of every message is settled', async () => {
    const backlog = new AwayBacklog();
    const [group, single] = [message({ offline: '0' }, 'pkmsg', 'skmsg'), message({ offline: '0' }, 'msg')];
    for (const stanza of [group, single]) backlog.note(stanza);
    let empty = false;
    void backlog.empty().then(() => (empty = true));
    const seen: boolean[] = [];
    for (const stanza of [group, single, group]) {
      backlog.settle(stanza);
      await turn();
      seen.push(empty);
    }
    expect(seen).toEqual([false, false, true]);
  });

  it('waits for messages that cannot be decrypted until they are stored', async () => {
    const backlog = new AwayBacklog();
    const bare = message({ offline: '0' });
    backlog.note(bare);
    let empty = false;
    void backlog.empty().then(() => (empty = true));
    await turn();
    expect(empty).toBe(false);
    backlog.settle(bare);
    await turn();
    expect(empty).toBe(true);
  });

  it('ignores messages that were sent just now', async () => {
    const backlog = new AwayBacklog();
    backlog.note(message({}, 'msg'));
    await expect(backlog.empty()).resolves.toBeUndefined();
  });
});
