import { Timers } from '../../../../../engine/async/timers';
import { keyCodec, KeyStore } from '../../../../../engine/transport/baileys/keys/key-store';
import { SignalSessions } from '../../../../../engine/transport/baileys/keys/signal-sessions';
import { WriteBehind } from '../../../../../engine/transport/baileys/keys/write-behind';
import { silenceLibsignal } from '../../../../../engine/transport/baileys/silence';
import { FakeClock } from '../../../../support/clock/fake-clock';
import { silentLog } from '../../../../support/servers/silent-log';
import { baileys, loadBaileys, type BinaryNode } from '../../../../wire/baileys';
import { SignalParty } from '../../../../wire/people/signal-party';
import { SmallMemory } from '../small-memory';

const GROUP = '120363000000000001@g.us';

/** The sessions of a device whose keys are in memory. */
function sessionsOf(memory = new SmallMemory()) {
  const writes = new WriteBehind(memory, new Timers(new FakeClock()), silentLog);
  const keys = new KeyStore(memory, writes, keyCodec(baileys()));
  const creds = baileys().initAuthCreds();
  const sessions = new SignalSessions(
    baileys(),
    creds,
    keys,
    (_sealed, decrypt) => decrypt(),
    () => undefined,
  );
  const { repository } = sessions;
  const open = (list: BinaryNode[]) =>
    baileys().parseAndInjectE2ESessions(
      { tag: 'iq', attrs: {}, content: [{ tag: 'list', attrs: {}, content: list }] },
      repository,
    );
  return { keys, sessions, repository, open };
}

const bundleOf = async (jid: string, party = new SignalParty()): Promise<BinaryNode> => ({
  tag: 'user',
  attrs: { jid },
  content: await party.bundle(),
});

describe('the Signal sessions of a device', () => {
  beforeAll(async () => {
    silenceLibsignal();
    await loadBaileys();
  });

  it('let the event loop turn while a message to many is encrypted', async () => {
    const { open, repository } = sessionsOf();
    const jids = Array.from({ length: 150 }, (_, index) => `${1000 + index}@lid`);
    const party = new SignalParty();
    const bundles: BinaryNode[] = [];
    for (const jid of jids) bundles.push(await bundleOf(jid, party));
    const turnedAt: number[] = [performance.now()];
    let working = true;
    const turn = (): void => {
      turnedAt.push(performance.now());
      if (working) setImmediate(turn);
    };
    setImmediate(turn);
    await open(bundles);
    for (const jid of jids) expect(await repository.validateSession(jid)).toEqual({ exists: true });
    // All at once, as Baileys does.
    await Promise.all(jids.map((jid) => repository.encryptMessage({ jid, data: Buffer.from('hello') })));
    working = false;
    await new Promise((resolve) => setImmediate(resolve));
    const pauses = turnedAt.slice(1).map((at, index) => at - turnedAt[index]!);
    const whole = turnedAt.at(-1)! - turnedAt[0]!;
    expect(pauses.length).toBeGreaterThanOrEqual(6);
    expect(Math.max(...pauses)).toBeLessThan(whole / 2);
  });

  it('are made anew once the other side has a new identity, by any of its names', async () => {
    for (const changed of ['1000', '14155551234']) {
      const { keys, sessions, repository, open } = sessionsOf();
      await keys.set({ 'lid-mapping': { 14155551234: '1000', '1000_reverse': '14155551234' } });
      await open([await bundleOf('1000@lid'), await bundleOf('1000:2@lid'), await bundleOf('1001@lid')]);
      await keys.set({
        'sender-key-memory': {
          [GROUP]: { '1000:2@lid': true, '1001@lid': true, '14155551234@s.whatsapp.net': true },
        },
      });
      sessions.identityChanged(await sessions.usersOf(changed));
      const left = await Promise.all(
        ['1000@lid', '1000:2@lid', '14155551234@s.whatsapp.net', '1001@lid'].map((jid) =>
          repository.validateSession(jid),
        ),
      );
      expect(left.map(({ exists }) => exists)).toEqual([false, false, false, true]);
      expect(await keys.get('sender-key-memory', [GROUP])).toEqual({ [GROUP]: { '1001@lid': true } });
    }
  });

  it('notice a new identity in the keys that are fetched, and not the same one', async () => {
    const { keys, open } = sessionsOf();
    const party = new SignalParty();
    await open([await bundleOf('1000@lid', party)]);
    await keys.set({ 'sender-key-memory': { [GROUP]: { '1000@lid': true } } });
    await open([await bundleOf('1000@lid', party)]);
    expect(await keys.get('sender-key-memory', [GROUP])).toEqual({ [GROUP]: { '1000@lid': true } });
    await open([await bundleOf('1000@lid')]);
    expect(await keys.get('sender-key-memory', [GROUP])).toEqual({ [GROUP]: {} });
  });
});
