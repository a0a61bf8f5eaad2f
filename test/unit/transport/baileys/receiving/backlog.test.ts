import { Backlog } from '../../../../../engine/transport/baileys/receiving/backlog';
import { FakeClock } from '../../../../support/clock/fake-clock';

const message = (...types: string[]) => ({
  tag: 'message',
  attrs: {},
  content: types.map((type) => ({ tag: 'enc', attrs: { type }, content: new Uint8Array(1) })),
});

describe('the backlog of messages that are not stored yet', () => {
  const clock = new FakeClock();
  function waiting(backlog: Backlog) {
    const seen = { over: false };
    void backlog.soFar(clock, 1_000).then(() => (seen.over = true));
    return seen;
  }

  it('is over when every part of every message so far is settled', async () => {
    const backlog = new Backlog();
    const [group, single, later] = [message('pkmsg', 'skmsg'), message('msg'), message('msg')];
    for (const stanza of [group, single]) backlog.note(stanza);
    const wait = waiting(backlog);
    backlog.note(later);
    const seen: boolean[] = [];
    for (const stanza of [group, single, group]) {
      backlog.settle(stanza);
      await clock.advanceAsync(0);
      seen.push(wait.over);
    }
    expect(seen).toEqual([false, false, true]);
  });

  it('waits for messages that cannot be decrypted until they are stored', async () => {
    const backlog = new Backlog();
    const bare = message();
    backlog.note(bare);
    const wait = waiting(backlog);
    await clock.advanceAsync(999);
    expect(wait.over).toBe(false);
    backlog.settle(bare);
    await clock.advanceAsync(0);
    expect(wait.over).toBe(true);
  });

  it('waits for a message that never settles only once, and not for long', async () => {
    const backlog = new Backlog();
    const stuck = message('msg');
    backlog.note(stuck);
    const [first, second] = [waiting(backlog), waiting(backlog)];
    await clock.advanceAsync(1_000);
    expect([first.over, second.over]).toEqual([true, true]);
    const third = waiting(backlog);
    await clock.advanceAsync(0);
    expect(third.over).toBe(true);
    backlog.settle(stuck);
  });
});
