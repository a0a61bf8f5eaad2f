import { AwayBacklog } from '../../../../../engine/transport/baileys/receiving/away-backlog';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const message = (attrs: Record<string, string>, ...types: string[]) => ({
  tag: 'message',
  attrs,
  content: types.map((type) => ({ tag: 'enc', attrs: { type }, content: new Uint8Array(1) })),
});

describe('what waited while the link was down', () => {
  it('has been dealt with when each part of each message has', async () => {
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

  it('is nothing where nothing came, or only what cannot be opened, or what was just sent', async () => {
    const backlog = new AwayBacklog();
    backlog.note(message({ offline: '0' }, 'msmsg'));
    backlog.note(message({ offline: '0' }));
    backlog.note(message({}, 'msg'));
    await expect(backlog.empty()).resolves.toBeUndefined();
  });
});
