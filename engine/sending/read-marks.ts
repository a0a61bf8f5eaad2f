import type { Clock } from '../async/clock';
import { withDeadline } from '../async/deadline';
import { KeyedMutex } from '../async/keyed-mutex';
import { Rerun } from '../async/rerun';
import { Timers } from '../async/timers';
import { markChatRead } from '../chats/mark-read';
import type { MarkReadRule } from '../domain/chats/mark-read-rule';
import { isUp } from '../domain/link-state';
import type { Log } from '../domain/log';
import type { Encryption } from '../encryption/encryption';
import { markRead } from '../inbound/mark-read';
import type { Sql } from '../store/sql/database';
import { findChatOf, readSome } from '../store/tables/chats';
import type { MessageRow } from '../store/tables/messages';
import type { SessionRow } from '../store/tables/sessions';
import { TransportError, type Transport } from '../transport/transport';
import { isBulk } from './decide-one';

export interface ReadMarkDependencies {
  database: Sql;
  encryption: Encryption;
  clock: Clock;
  log: Log;
}

/** A received message that waits to be marked. */
interface Received {
  /** Of its row in `inbound_messages`. */
  id: string;
  who: string;
}

/** An answer does not wait longer than this for the messages before it to be marked. */
const PATIENCE_MS = 2_000;
const AT_ONCE = 200;
/** While the link is down. More than this are left unread. */
const MOST_WAITING = 10_000;
const RETRY_MS = 5_000;

/**
 * Marks what a session receives as read, as its `mark_read` says. Only for messages that are stored and while the link is
 * up: a crash loses at most the mark. Nothing that receives or sends waits for it, but an answer, for a moment.
 */
export class ReadMarks {
  private rule: MarkReadRule;
  private waiting: Received[] = [];
  private readonly timers: Timers;
  /** Two at once would count the same messages. */
  private readonly turns = new KeyedMutex();
  private readonly marking: Rerun;
  /** Answers that have gone, whose chats are being marked. */
  private readonly answered = new Set<Promise<void>>();

  constructor(
    private readonly session: Pick<SessionRow, 'id' | 'mode' | 'mark_read'>,
    private readonly transport: Pick<Transport, 'markRead' | 'state'>,
    private readonly deps: ReadMarkDependencies,
  ) {
    this.rule = session.mark_read;
    this.timers = new Timers(deps.clock);
    const onError = (error: unknown): void => this.failed(error);
    this.marking = new Rerun({
      clock: deps.clock,
      run: () => this.markWaiting(),
      retryMs: RETRY_MS,
      onError,
    });
  }

  /** The session's setting may have changed. */
  useRule(rule: MarkReadRule): void {
    this.rule = rule;
  }

  /** A person's message was stored. */
  received(message: Received): void {
    if (this.rule !== 'at_once' || this.waiting.length >= MOST_WAITING) return;
    this.waiting.push(message);
    if (isUp(this.transport.state)) this.marking.wake();
  }

  /** The link is up. */
  connected(): void {
    if (this.waiting.length > 0) this.marking.wake();
  }

  /** Whether a message is an answer, with which its chat is marked as read. Campaigns and sequences answer nobody. */
  isAnswer(message: MessageRow): boolean {
    return this.rule === 'on_reply' && !isBulk(message);
  }

  /** Marks what was received in the chat of an answer that will certainly go. A failure holds up nothing. */
  async beforeAnswer({ who }: MessageRow): Promise<void> {
    await withDeadline(
      this.timers,
      PATIENCE_MS,
      () => this.turns.run(who, () => this.markChat(who)),
      tooSlow,
    ).catch((error: unknown) => this.failed(error));
  }

  /** Marks what was received in the chat of an answer that has gone. Nothing waits for it. */
  afterAnswer(message: MessageRow): void {
    const marked = this.beforeAnswer(message).finally(() => this.answered.delete(marked));
    this.answered.add(marked);
  }

  async close(): Promise<void> {
    this.waiting = [];
    await Promise.all(this.answered);
    this.timers.stop();
    await this.marking.close();
  }

  private async markChat(who: string): Promise<void> {
    const { database } = this.deps;
    const chat = await findChatOf(database, { who, mode: this.session.mode, sessionId: this.session.id });
    if (!chat || chat.unread_count === 0) return;
    await markChatRead(database, chat, (ids) => markRead(ids, this.transport, this.deps));
  }

  private async markWaiting(): Promise<void> {
    while (this.waiting.length > 0 && isUp(this.transport.state) && !this.marking.isClosed) {
      const some = this.waiting.slice(0, AT_ONCE);
      const ids = some.map(({ id }) => id);
      try {
        await markRead(ids, this.transport, this.deps);
      } catch (error) {
        if (isPassing(error)) throw error;
        this.failed(error);
      }
      this.waiting.splice(0, some.length);
      const { id: sessionId, mode } = this.session;
      for (const [who, count] of countsOf(some))
        await readSome(this.deps.database, { who, mode, sessionId }, count);
    }
  }

  private failed(error: unknown): void {
    // When it is up again, the link says so.
    if (isPassing(error)) return;
    this.deps.log.warn({ err: error, session_id: this.session.id }, 'messages could not be marked as read');
  }
}

const isPassing = (error: unknown): boolean => error instanceof TransportError && error.mayPass;

const tooSlow = (): TransportError => new TransportError('too_slow', true, 'WhatsApp took too long.');

/** How many are in each chat. */
function countsOf(messages: readonly Received[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { who } of messages) counts.set(who, (counts.get(who) ?? 0) + 1);
  return counts;
}
