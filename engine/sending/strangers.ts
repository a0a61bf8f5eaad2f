import type { Clock } from '../async/clock';
import { Recent } from '../async/recent';
import { nameKind } from '../domain/people/person-id';
import type { Sql } from '../store/sql/database';
import { findDueToStrangers } from '../store/tables/lane-messages';
import { TransportError, type Transport } from '../transport/transport';

/** Few, because clients that ask for many accounts look suspicious. */
const AT_ONCE = 8;
const REMEMBERED = 1_000;
/** The pause after a question without an answer. */
const AGAIN_MS = 60_000;

/**
 * Looks up people who are next in turn and seem to be new contacts, before any limit for new contacts is applied: the
 * session may know them under another name. Nobody else waits meanwhile.
 */
export class Strangers {
  /** When to look up a chat id again, in epoch milliseconds. */
  private readonly again = new Recent<number>(REMEMBERED);
  private readonly underWay = new Set<string>();

  constructor(
    private readonly sessionId: string,
    private readonly transport: Pick<Transport, 'lookUp'>,
    private readonly deps: { sql: Sql; clock: Clock; onDone(): void },
  ) {}

  /** Messages to them wait until it is known who they are. */
  get beingLookedUp(): Iterable<string> {
    return this.underWay;
  }

  /** Starts to look up those who are due now, each once. Resolves before they are. */
  async lookUp(): Promise<void> {
    const { sql, clock } = this.deps;
    const now = clock.now();
    const due = await findDueToStrangers(sql, this.sessionId, new Date(now), AT_ONCE);
    for (const { who, chat_id: chatId } of due) {
      if (this.underWay.size === AT_ONCE) return;
      if (nameKind(chatId) !== null && now >= (this.again.get(chatId) ?? 0)) void this.start(who, chatId);
    }
  }

  private async start(who: string, chatId: string): Promise<void> {
    this.again.set(chatId, Infinity);
    this.underWay.add(who);
    try {
      await this.transport.lookUp(chatId);
    } catch (error) {
      // Until then, the person counts as a new contact.
      if (error instanceof TransportError && error.mayPass)
        this.again.set(chatId, this.deps.clock.now() + AGAIN_MS);
    } finally {
      this.underWay.delete(who);
      this.deps.onDone();
    }
  }
}
