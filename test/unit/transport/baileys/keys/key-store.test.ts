import { keyCodec, KeyStore } from '../../../../../engine/transport/baileys/keys/key-store';
import { WriteBehind } from '../../../../../engine/transport/baileys/keys/write-behind';
import { Timers } from '../../../../../engine/async/timers';
import { FakeClock } from '../../../../support/clock/fake-clock';
import { silentLog } from '../../../../support/servers/silent-log';
import { loadBaileys, type Baileys } from '../../../../wire/baileys';
import { SmallMemory } from '../small-memory';

describe('the keys of a linked device', () => {
  let baileys: Baileys;
  beforeAll(async () => void (baileys = await loadBaileys()));

  function keysOf(memory: SmallMemory, isTransient?: (type: string, id: string) => boolean) {
    const writes = new WriteBehind(memory, new Timers(new FakeClock()), silentLog);
    return { writes, keys: new KeyStore(memory, writes, keyCodec(baileys), isTransient) };
  }

  it('are readable at once, and by another process once they are stored', async () => {
    const memory = new SmallMemory();
    const { keys, writes } = keysOf(memory);
    await keys.set({ session: { 'a.0': { step: 1 } }, 'device-list': { a: ['0', '1'] } });
    expect(await keys.get('session', ['a.0', 'b.0'])).toEqual({ 'a.0': { step: 1 } });
    await writes.flushed();
    const next = keysOf(memory).keys;
    expect(await next.get('session', ['a.0', 'b.0'])).toEqual({ 'a.0': { step: 1 } });
    expect(await next.get('device-list', ['a'])).toEqual({ a: ['0', '1'] });
  });

  it('keep their bytes and types', async () => {
    const memory = new SmallMemory();
    const { keys, writes } = keysOf(memory);
    const pair = baileys.Curve.generateKeyPair();
    const { AppStateSyncKeyData } = baileys.proto.Message;
    const appState = AppStateSyncKeyData.fromObject({ keyData: Buffer.from([1, 2, 3]), timestamp: 7 });
    await keys.set({ 'pre-key': { 1: pair }, 'app-state-sync-key': { k: appState } });
    await writes.flushed();
    const next = keysOf(memory).keys;
    const { 1: preKey } = (await next.get('pre-key', ['1'])) as Record<string, typeof pair>;
    expect(Buffer.from(preKey!.private)).toEqual(Buffer.from(pair.private));
    const { k } = (await next.get('app-state-sync-key', ['k'])) as Record<string, typeof appState>;
    expect(AppStateSyncKeyData.encode(k!).finish()).toEqual(AppStateSyncKeyData.encode(appState).finish());
  });

  it('are gone once removed, even before the removal is stored', async () => {
    const memory = new SmallMemory();
    const { keys, writes } = keysOf(memory);
    await keys.set({ session: { a: { step: 1 } } });
    await writes.flushed();
    await keys.set({ session: { a: null } });
    expect(await keys.get('session', ['a'])).toEqual({});
    await writes.flushed();
    expect(await keysOf(memory).keys.get('session', ['a'])).toEqual({});
  });

  it('are not overwritten by an older read of the store', async () => {
    const memory = new SmallMemory();
    const { keys: before, writes } = keysOf(memory);
    await before.set({ session: { a: { step: 1 } } });
    await writes.flushed();
    const { keys } = keysOf(memory);
    const reading = keys.get('session', ['a']);
    await keys.set({ session: { a: { step: 2 } } });
    await reading;
    expect(await keys.get('session', ['a'])).toEqual({ a: { step: 2 } });
  });

  it('wait until pre-keys are stored', async () => {
    const memory = new SmallMemory();
    await keysOf(memory).keys.set({ 'pre-key': { 1: baileys.Curve.generateKeyPair() } });
    expect([...memory.values.keys()]).toEqual(['pre-key/1']);
  });

  it('that encrypt for a group do not outlive the process', async () => {
    const memory = new SmallMemory();
    const { keys, writes } = keysOf(memory, (type, id) => type === 'sender-key' && id === 'ours');
    await keys.set({ 'sender-key': { ours: 'x', theirs: 'y' }, 'sender-key-memory': { group: { a: true } } });
    expect(await keys.get('sender-key', ['ours', 'theirs'])).toEqual({ ours: 'x', theirs: 'y' });
    await writes.flushed();
    expect([...memory.values.keys()]).toEqual(['sender-key/theirs']);
  });

  it('are copied if Baileys changes them in place', async () => {
    const { keys } = keysOf(new SmallMemory());
    await keys.set({ 'sender-key-memory': { group: { a: true } } });
    const { group } = (await keys.get('sender-key-memory', ['group'])) as Record<string, object>;
    Object.assign(group!, { b: true });
    expect(await keys.get('sender-key-memory', ['group'])).toEqual({ group: { a: true } });
  });
});
