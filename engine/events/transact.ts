import type { Clock } from '../async/clock';
import { newId } from '../domain/ids';
import type { Mode } from '../domain/mode';
import type { Database, Transaction } from '../store/sql/database';
import { insertEvents } from '../store/tables/events';

/** Something that happened, before it has an id. `data` is the resource as `GET` shows it at that moment. */
export interface NewEvent {
  mode: Mode;
  type: string;
  data: object;
  /** Id of the message, session… that it is about. */
  subjectId?: string | null;
  fromPhone?: string | null;
  chatId?: string | null;
  reference?: string | null;
  /** An inbound message that quotes one of ours. */
  isReply?: boolean;
}

/** One transaction: its SQL, the events that it tells, and whom to wake once it is committed. */
export interface Work {
  sql: Transaction;
  /** The moment of this transaction. */
  now: Date;
  tell(events: NewEvent[]): void;
  /** Asks for `lane` to be looked at, at `at` (epoch ms), after the commit. */
  wake(lane: string, at: number): void;
}

export type Transact = <T>(job: (work: Work) => Promise<T>) => Promise<T>;

/**
 * Makes the one way in which the engine changes anything: the change and its events in one transaction, and only
 * after its commit the news of it. News that is lost in a crash is found again by the sweep.
 */
export function createTransact(
  database: Database,
  clock: Clock,
  news: { onDeliveries: () => void; onWake: (lane: string, at: number) => void },
): Transact {
  return async (job) => {
    let deliveries = 0;
    const wakes = new Map<string, number>();
    const result = await database.transaction((sql) => {
      deliveries = 0;
      wakes.clear();
      const now = new Date(clock.now());
      return job({
        sql,
        now,
        tell(events) {
          insertEvents(
            sql,
            events.map((event) => ({
              id: newId('event'),
              mode: event.mode,
              type: event.type,
              data: JSON.stringify(event.data),
              subject_id: event.subjectId ?? null,
              from_phone: event.fromPhone ?? null,
              chat_id: event.chatId ?? null,
              reference: event.reference ?? null,
              is_reply: event.isReply ?? false,
              created_at: now,
            })),
            (pending) => (deliveries += pending),
          );
        },
        wake(lane, at) {
          wakes.set(lane, Math.min(at, wakes.get(lane) ?? Infinity));
        },
      });
    });
    if (deliveries > 0) news.onDeliveries();
    for (const [lane, at] of wakes) news.onWake(lane, at);
    return result;
  };
}
