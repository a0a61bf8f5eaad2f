import type { Clock } from '../async/clock';
import type { EventType } from '../domain/events/event-types';
import { newId } from '../domain/ids';
import type { Mode } from '../domain/mode';
import type { Database, Transaction } from '../store/sql/database';
import { insertEvents } from '../store/tables/events';

/** An event before it has an id. `data` is the resource as `GET` shows it at that moment. */
export interface NewEvent {
  mode: Mode;
  type: EventType;
  data: object;
  /** The id of its message, session and so on. */
  subjectId?: string | null;
  fromPhone?: string | null;
  chatId?: string | null;
  reference?: string | null;
  /** Who the chat is with: a person's id, or the chat id of a group or channel. */
  who?: string | null;
  /** The person who wrote, with something inbound. */
  fromWho?: string | null;
  /** An inbound message that quotes one of ours. */
  isReply?: boolean;
  /** The only webhook that gets it. */
  onlyWebhook?: string;
}

/** One transaction: its SQL, its events, and the lanes to wake after the commit. */
export interface Work {
  sql: Transaction;
  /** The time of this transaction. */
  now: Date;
  tell(events: NewEvent[]): void;
  /** Notes new messages, to trace them. */
  created(messageIds: readonly string[]): void;
  /** Wakes `lane` at `at` (epoch ms), after the commit. */
  wake(lane: string, at: number): void;
}

export type Transact = <T>(job: (work: Work) => Promise<T>) => Promise<T>;

/** What is called after a commit. */
export interface AfterCommit {
  /** With the events that it told and their ids, to count and trace them. */
  onTold?: (events: readonly NewEvent[], ids: readonly string[]) => void;
  /** With the ids of new messages. */
  onCreated?: (messageIds: readonly string[]) => void;
  onDeliveries: () => void;
  onWake: (lane: string, at: number) => void;
}

/**
 * Creates the only way to change anything in the engine: a change and its events are one transaction, and the listeners
 * are called after the commit. If a crash comes in between, the sweep wakes the lanes.
 */
export function createTransact(
  database: Pick<Database, 'transaction'>,
  clock: Clock,
  afterCommit: AfterCommit,
): Transact {
  return async (job) => {
    let deliveries = 0;
    let told: NewEvent[] = [];
    let toldIds: string[] = [];
    let created: string[] = [];
    const wakes = new Map<string, number>();
    const result = await database.transaction((sql) => {
      deliveries = 0;
      told = [];
      toldIds = [];
      created = [];
      wakes.clear();
      const now = new Date(clock.now());
      return job({
        sql,
        now,
        tell(events) {
          const ids = events.map(() => newId('event'));
          told = told.concat(events);
          toldIds = toldIds.concat(ids);
          insertEvents(
            sql,
            events.map((event, index) => ({
              id: ids[index]!,
              mode: event.mode,
              type: event.type,
              data: JSON.stringify(event.data),
              subject_id: event.subjectId ?? null,
              from_phone: event.fromPhone ?? null,
              chat_id: event.chatId ?? null,
              reference: event.reference ?? null,
              is_reply: event.isReply ?? false,
              created_at: now,
              who: event.who ?? null,
              from_who: event.fromWho ?? null,
              webhook_id: event.onlyWebhook ?? null,
            })),
            (pending) => (deliveries += pending),
          );
        },
        created(messageIds) {
          created = created.concat(messageIds);
        },
        wake(lane, at) {
          wakes.set(lane, Math.min(at, wakes.get(lane) ?? Infinity));
        },
      });
    });
    if (created.length > 0) afterCommit.onCreated?.(created);
    if (told.length > 0) afterCommit.onTold?.(told, toldIds);
    if (deliveries > 0) afterCommit.onDeliveries();
    for (const [lane, at] of wakes) afterCommit.onWake(lane, at);
    return result;
  };
}
