import type { SessionMemory } from '../../session-memory';
import type { KeyCodec } from './key-codec';
import type { PendingChange, WriteBehind } from './write-behind';

/** Values by id, as Baileys gives and takes them. */
type Values = Record<string, unknown>;

/** How many values are kept at hand; a conversation needs about four. */
const MOST_CACHED = 20_000;

/** Who has been given the key to a group's messages: an empty process has given it to nobody. */
const KEPT_HERE = new Set(['sender-key-memory']);

/**
 * A link's Signal keys: what Baileys calls a `SignalKeyStore`. Reads come from memory where they can, writes go
 * behind. Changes are seen at once by everybody: unlike Baileys' own transactions, in which what is sealed and what
 * is opened at the same time overwrite each other's steps.
 */
export class KeyStore {
  /** The oldest first. Null: not there. */
  private readonly cache = new Map<string, unknown>();
  private readonly here = new Map<string, unknown>();

  constructor(
    private readonly memory: Pick<SessionMemory, 'read'>,
    private readonly writes: WriteBehind,
    private readonly codec: KeyCodec,
    /** Keys that live as long as this process. */
    private readonly isTransient: (type: string, id: string) => boolean = () => false,
  ) {}

  async get(type: string, ids: string[]): Promise<Values> {
    const found: Values = {};
    const missing: string[] = [];
    for (const id of ids) {
      const value = this.atHand(type, id);
      if (value === undefined) missing.push(id);
      else if (value !== null) found[id] = value;
    }
    if (missing.length > 0) {
      const stored = await this.memory.read(type, missing);
      for (const id of missing) {
        // Changed while it was being read: then the store's answer is an old one.
        let value = this.atHand(type, id);
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
        if (this.livesHere(type, id)) this.here.set(placeOf(type, id), value);
        else {
          this.remember(type, id, value);
          changes.push({ type, id, bytes: value === null ? null : () => this.codec.encode(value) });
        }
      }
    }
    if (changes.length === 0) return;
    this.writes.add(changes);
    // The server hands these out to people: what they seal with one must be readable, whatever happens here.
    if (changes.some(({ type, bytes }) => type === 'pre-key' && bytes !== null)) await this.writes.flushed();
  }

  private atHand(type: string, id: string): unknown {
    if (this.livesHere(type, id)) return copyOf(this.here.get(placeOf(type, id)) ?? null);
    return this.cache.get(placeOf(type, id));
  }

  private livesHere(type: string, id: string): boolean {
    return KEPT_HERE.has(type) || this.isTransient(type, id);
  }

  private remember(type: string, id: string, value: unknown): void {
    const place = placeOf(type, id);
    this.cache.delete(place);
    this.cache.set(place, value);
    if (this.cache.size > MOST_CACHED) this.forgetOldest();
  }

  /** What is not stored yet cannot be forgotten. */
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

/** Baileys changes what it got of these kinds before it says so, and keeps the change when it then fails. */
function copyOf(value: unknown): unknown {
  return value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype
    ? { ...value }
    : value;
}
