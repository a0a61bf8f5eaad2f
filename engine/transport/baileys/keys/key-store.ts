import type { SessionMemory } from '../../session-memory';
import type { Baileys } from '../baileys';
import { SenderKeyHolders } from './sender-key-holders';
import type { PendingChange, WriteBehind } from './write-behind';

/** Turns keys and credentials into bytes and back. */
export interface KeyCodec {
  encode(value: unknown): Uint8Array;
  decode(type: string, bytes: Uint8Array): unknown;
}

/** Baileys' own JSON, which keeps buffers as buffers. */
export function keyCodec({ BufferJSON, proto }: Pick<Baileys, 'BufferJSON' | 'proto'>): KeyCodec {
  return {
    encode: (value) => Buffer.from(JSON.stringify(value, BufferJSON.replacer)),
    decode(type, bytes) {
      const value: unknown = JSON.parse(Buffer.from(bytes).toString(), BufferJSON.reviver);
      // The one type that Baileys wants back as a protobuf object, with its methods.
      return type === 'app-state-sync-key'
        ? proto.Message.AppStateSyncKeyData.fromObject(value as Record<string, unknown>)
        : value;
    },
  };
}

/** Values by id, in Baileys' form. */
type Values = Record<string, unknown>;

/** How many values are cached; a conversation needs about four. */
const MOST_CACHED = 20_000;

/**
 * A device's Signal keys: Baileys' `SignalKeyStore`. Reads are cached, writes go behind. A change is visible at
 * once, unlike in Baileys' own transactions, where concurrent encryption and decryption overwrite each other's steps.
 */
export class KeyStore {
  /** Oldest first. Null: not stored. */
  private readonly cache = new Map<string, unknown>();
  private readonly here = new Map<string, unknown>();
  readonly senderKeyHolders = new SenderKeyHolders();

  /** @param isTransient whether a key lives only as long as this process */
  constructor(
    private readonly memory: Pick<SessionMemory, 'read'>,
    private readonly writes: WriteBehind,
    private readonly codec: KeyCodec,
    private readonly isTransient: (type: string, id: string) => boolean = () => false,
  ) {}

  async get(type: string, ids: string[]): Promise<Values> {
    const found: Values = {};
    const missing: string[] = [];
    for (const id of ids) {
      const value = this.cached(type, id);
      if (value === undefined) missing.push(id);
      else if (value !== null) found[id] = value;
    }
    if (missing.length > 0) {
      const stored = await this.memory.read(type, missing);
      for (const id of missing) {
        // If it changed during the read, the stored value is out of date.
        let value = this.cached(type, id);
        if (value === undefined) {
          const bytes = stored.get(id);
          value = bytes ? this.codec.decode(type, bytes) : null;
          this.remember(type, id, value);
        }
        if (value !== null) found[id] = value;
      }
    }
    return found;
  }

  async set(data: Record<string, Values | undefined>): Promise<void> {
    const changes: PendingChange[] = [];
    for (const [type, values] of Object.entries(data)) {
      for (const [id, given] of Object.entries(values ?? {})) {
        const value = given ?? null;
        if (type === 'sender-key-memory') this.senderKeyHolders.set(id, value as Record<string, boolean>);
        else if (this.isTransient(type, id)) this.here.set(placeOf(type, id), value);
        else {
          this.remember(type, id, value);
          changes.push({ type, id, bytes: value === null ? null : () => this.codec.encode(value) });
        }
      }
    }
    if (changes.length === 0) return;
    this.writes.add(changes);
    // The server hands pre-keys out to people: what they encrypt with one must stay readable after a crash.
    if (changes.some(({ type, bytes }) => type === 'pre-key' && bytes !== null)) await this.writes.flushed();
  }

  private cached(type: string, id: string): unknown {
    if (type === 'sender-key-memory') return this.senderKeyHolders.get(id);
    if (this.isTransient(type, id)) return this.here.get(placeOf(type, id)) ?? null;
    return this.cache.get(placeOf(type, id));
  }

  private remember(type: string, id: string, value: unknown): void {
    const place = placeOf(type, id);
    this.cache.delete(place);
    this.cache.set(place, value);
    if (this.cache.size > MOST_CACHED) this.forgetOldest();
  }

  /** Skips what is not stored yet. */
  private forgetOldest(): void {
    for (const place of this.cache.keys()) {
      const slash = place.indexOf('/');
      if (this.writes.has(place.slice(0, slash), place.slice(slash + 1))) continue;
      this.cache.delete(place);
      return;
    }
  }
}

const placeOf = (type: string, id: string): string => `${type}/${id}`;
