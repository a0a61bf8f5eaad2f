import type { Log } from '../../../domain/log';
import type { SessionMemory } from '../../session-memory';
import type { Timers } from '../../../async/timers';
import type { Baileys, Creds } from '../baileys';
import { keyCodec } from './key-codec';
import { KeyStore } from './key-store';
import { WriteBehind } from './write-behind';

const CREDS = { type: 'creds', id: 'device' };

/** All that a linked device is: its credentials, its Signal keys, and how they get into the store. */
export class DeviceState {
  readonly keys: KeyStore;

  private constructor(
    readonly creds: Creds,
    readonly writes: WriteBehind,
    private readonly encode: (value: unknown) => Uint8Array,
    memory: SessionMemory,
    baileys: Baileys,
  ) {
    this.keys = new KeyStore(memory, writes, keyCodec(baileys), (type, id) => {
      // The key to our own messages in a group is sealed with: it ends with the process.
      return type === 'sender-key' && isOwnSender(baileys, creds, id);
    });
  }

  /** The device that the memory holds; null if there is none. */
  static async load(
    baileys: Baileys,
    memory: SessionMemory,
    timers: Timers,
    log: Log,
  ): Promise<DeviceState | null> {
    const stored = await memory.read(CREDS.type, [CREDS.id]);
    const bytes = stored.get(CREDS.id);
    if (!bytes) return null;
    return DeviceState.of(keyCodec(baileys).decode(CREDS.type, bytes) as Creds, baileys, memory, timers, log);
  }

  /** A device that nobody has linked yet. Nothing of it is stored before it is. */
  static fresh(baileys: Baileys, memory: SessionMemory, timers: Timers, log: Log): DeviceState {
    return DeviceState.of(baileys.initAuthCreds(), baileys, memory, timers, log);
  }

  private static of(
    creds: Creds,
    baileys: Baileys,
    memory: SessionMemory,
    timers: Timers,
    log: Log,
  ): DeviceState {
    const { encode } = keyCodec(baileys);
    return new DeviceState(creds, new WriteBehind(memory, timers, log), encode, memory, baileys);
  }

  /** Whether a phone has linked it. A pairing that was broken off leaves a name behind, and no account. */
  get isLinked(): boolean {
    return this.creds.account !== undefined && this.creds.me !== undefined;
  }

  /** E.164 of the phone that it is linked to. */
  get phone(): string | null {
    const digits = this.creds.me && /^(\d+)/.exec(this.creds.me.id)?.[1];
    return this.isLinked && digits ? `+${digits}` : null;
  }

  /** Stores the credentials as they are then. Baileys changes this one object. */
  saveCreds(): void {
    if (this.isLinked) this.writes.add([{ ...CREDS, bytes: () => this.encode(this.creds) }]);
  }
}

/** @param id a sender key's: `group::user::device`, where a LID's user ends in `_1`. */
function isOwnSender({ jidDecode }: Baileys, { me }: Creds, id: string): boolean {
  const [, user, device] = id.split('::');
  return [me?.id, me?.lid].some((jid) => {
    const own = jidDecode(jid);
    return own !== undefined && user?.split('_')[0] === own.user && Number(device) === (own.device ?? 0);
  });
}
