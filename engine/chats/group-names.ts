import type { Clock } from '../async/clock';
import { Rerun } from '../async/rerun';
import type { Log } from '../domain/log';
import type { Sql } from '../store/sql/database';
import { saveChatNames } from '../store/tables/chats';

/** A chat gets its row with its first message, a moment after its subject may have been learned. */
const SOON_MS = 1_000;
const MOST_TRIES = 3;
const RETRY_MS = 5_000;

/**
 * Stores the subjects of groups that a session's transport learns on the way, several in one statement. A group without
 * a chat is left out: its subject is told again with its first message.
 */
export class GroupNames {
  private readonly waiting = new Map<string, { name: string; tries: number }>();
  private readonly writes: Rerun;

  constructor(
    private readonly sql: Sql,
    private readonly sessionId: string,
    clock: Clock,
    log: Log,
  ) {
    this.writes = new Rerun({
      clock,
      run: () => this.store(),
      retryMs: RETRY_MS,
      onError: (error) =>
        log.error({ err: error, session_id: sessionId }, 'could not store the names of groups; trying again'),
    });
  }

  learn(groupId: string, name: string): void {
    this.waiting.set(groupId, { name, tries: 0 });
    this.writes.wakeAfter(SOON_MS);
  }

  close(): Promise<void> {
    return this.writes.close();
  }

  private async store(): Promise<void> {
    const groups = [...this.waiting].map(([id, { name }]) => ({ id, name }));
    if (groups.length === 0) return;
    const stored = new Set(await saveChatNames(this.sql, this.sessionId, groups));
    for (const { id, name } of groups) {
      const now = this.waiting.get(id);
      if (now?.name !== name) continue;
      now.tries += 1;
      if (stored.has(id) || now.tries >= MOST_TRIES) this.waiting.delete(id);
    }
    if (this.waiting.size > 0) this.writes.wakeAfter(SOON_MS);
  }
}
