import type { Log } from '../../../domain/log';
import type { SessionMemory } from '../../session-memory';
import type { Timers } from '../../../async/timers';
import type { Baileys, Creds } from '../baileys';
import { chatIdOf, chatIdOfPhone, isLid, phoneOf, userOf } from '../jids';
import type { Me } from '../tools';
import { keyCodec, KeyStore } from './key-store';
import { SignalSessions, type DecryptAndStore, type OnLids } from './signal-sessions';
import { WriteBehind } from './write-behind';

const CREDS = { type: 'creds', id: 'device' };

export interface DeviceDependencies {
  baileys: Baileys;
  memory: SessionMemory;
  timers: Timers;
  log: Log;
  decryptAndStore: DecryptAndStore;
  onLids: OnLids;
}

/** A linked device: its credentials, its Signal keys and sessions, and how they are stored. */
export class Device {
  readonly writes: WriteBehind;
  readonly keys: KeyStore;
  readonly signal: SignalSessions;

  private constructor(
    readonly creds: Creds,
    private readonly deps: DeviceDependencies,
  ) {
    const { baileys, memory, timers, log, decryptAndStore, onLids } = deps;
    this.writes = new WriteBehind(memory, timers, log);
    // Our own sender keys encrypt, so they must not outlive the process.
    const isTransient = (type: string, id: string): boolean =>
      type === 'sender-key' && isOwnSender(baileys, creds, id);
    this.keys = new KeyStore(memory, this.writes, keyCodec(baileys), isTransient);
    this.signal = new SignalSessions(baileys, creds, this.keys, decryptAndStore, onLids);
  }

  /** The stored device; null if there is none. */
  static async load(deps: DeviceDependencies): Promise<Device | null> {
    const stored = await deps.memory.read(CREDS.type, [CREDS.id]);
    const bytes = stored.get(CREDS.id);
    return bytes ? new Device(keyCodec(deps.baileys).decode(CREDS.type, bytes) as Creds, deps) : null;
  }

  /** A new device for a phone to link. It is not stored until then. */
  static create(deps: DeviceDependencies): Device {
    return new Device(deps.baileys.initAuthCreds(), deps);
  }

  /** Whether a phone has linked it. An aborted pairing leaves `me` behind, but no account. */
  get isLinked(): boolean {
    return this.creds.account !== undefined && this.creds.me !== undefined;
  }

  /** Whether an aborted pairing has left a name in the credentials, with which WhatsApp accepts no other pairing. */
  get isSpent(): boolean {
    return !this.isLinked && this.creds.me !== undefined;
  }

  /** E.164 number of the phone that it is linked to. */
  get phone(): string | null {
    return this.isLinked ? phoneOf(this.creds.me?.id) : null;
  }

  /** When a phone linked it, in epoch milliseconds. Kept with the credentials, which Baileys stores as they are. */
  get pairedAt(): number {
    const { pairedAt } = (this.creds.additionalData ?? {}) as { pairedAt?: number };
    return pairedAt ?? -Infinity;
  }

  set pairedAt(at: number) {
    this.creds.additionalData = { pairedAt: at };
  }

  get me(): Me {
    const { me } = this.creds;
    return { jid: me?.id ?? '', lid: me?.lid ?? null };
  }

  /** The account's own name; null until WhatsApp sends it. */
  get pushName(): string | null {
    const name = this.creds.me?.name;
    return name && name !== '~' ? name : null;
  }

  /** The phone's jid behind a lid, if this device has learned it. */
  phoneOfLid(lid: string): Promise<string | null> {
    return this.signal.repository.lidMapping.getPNForLID(lid);
  }

  /** Every chat id that a jid's account is known by, as far as this device has learned. Asks nobody. */
  async namesOf(jid: string): Promise<string[]> {
    const name = chatIdOf(jid);
    if (name === null) return [];
    const key = isLid(name) ? `${userOf(name)}_reverse` : userOf(name);
    const { [key]: other } = await this.keys.get('lid-mapping', [key]);
    if (typeof other !== 'string') return [name];
    return [name, isLid(name) ? chatIdOfPhone(other) : `${other}@lid`];
  }

  /** Stores the credentials. Baileys changes this one object in place, so they are encoded when they are written. */
  saveCreds(): void {
    const { encode } = keyCodec(this.deps.baileys);
    if (this.isLinked) this.writes.add([{ ...CREDS, bytes: () => encode(this.creds) }]);
  }
}

/** @param id of a sender key: `group::user::device`, where the user of a lid ends in `_1` */
function isOwnSender({ jidDecode }: Baileys, { me }: Creds, id: string): boolean {
  const [, user, device] = id.split('::');
  return [me?.id, me?.lid].some((jid) => {
    const own = jidDecode(jid);
    return own !== undefined && user?.split('_')[0] === own.user && Number(device) === (own.device ?? 0);
  });
}
