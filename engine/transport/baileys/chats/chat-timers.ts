import { KeyedMutex } from '../../../async/keyed-mutex';
import { Recent } from '../../../async/recent';
import { latestTimer, type ChatTimer } from '../../../domain/chats/chat-timer';
import type { SessionMemory } from '../../session-memory';

const TYPE = 'chat-timer';
const MOST_CACHED = 20_000;

/** Something that was said about a chat's timer. */
export interface ToldTimer {
  /** Every chat id by which the chat is known, the phone's first. */
  names: readonly string[];
  timer: ChatTimer;
}

/**
 * The disappearing timers of a session's chats with people. WhatsApp's server does not know them: they are in what people
 * write, so they are kept. A group's timer is not kept, because the server knows it.
 */
export class ChatTimers {
  /** By name; null: nothing is stored under it. */
  private known = new Recent<ChatTimer | null>(MOST_CACHED);
  private readonly mutex = new KeyedMutex();

  constructor(private readonly memory: Pick<SessionMemory, 'read' | 'write'>) {}

  /** What is known of a chat; null if nothing is. @param names as in `ToldTimer` */
  async of(names: readonly string[]): Promise<ChatTimer | null> {
    const missing = names.filter((name) => this.known.get(name) === undefined);
    if (missing.length > 0) {
      const stored = await this.memory.read(TYPE, missing);
      for (const name of missing) {
        // If it changed during the read, the stored value is out of date.
        if (this.known.get(name) === undefined) this.known.set(name, decoded(stored.get(name)));
      }
    }
    return names
      .map((name) => this.known.get(name) ?? null)
      .reduce((latest, timer) => (timer ? latestTimer(latest, timer) : latest), null);
  }

  /** What was stored has been deleted. */
  forget(): void {
    this.known = new Recent(MOST_CACHED);
  }

  /** Takes the chat to have this timer for as long as this process lives, unless something is learned. */
  suppose(names: readonly string[], timer: ChatTimer): void {
    const [name] = names;
    if (name !== undefined) this.known.set(name, timer);
  }

  /** Resolves when everything that changes something is stored. */
  async learn(told: readonly ToldTimer[]): Promise<void> {
    await Promise.all(told.map((one) => this.mutex.run(one.names[0] ?? '', () => this.learnOne(one))));
  }

  private async learnOne({ names, timer }: ToldTimer): Promise<void> {
    const [name] = names;
    if (name === undefined) return;
    const known = await this.of(names);
    const latest = latestTimer(known, timer);
    if (known?.seconds === latest.seconds && known.setAt === latest.setAt) return;
    await this.memory.write([{ type: TYPE, id: name, value: Buffer.from(JSON.stringify(latest)) }]);
    this.known.set(name, latest);
  }
}

function decoded(bytes: Uint8Array | undefined): ChatTimer | null {
  return bytes ? (JSON.parse(Buffer.from(bytes).toString()) as ChatTimer) : null;
}
