import type { Clock } from '../async/clock';
import type { EventType } from '../domain/events/event-types';
import { newId } from '../domain/ids';
import type { Mode } from '../domain/mode';
import type { Database, Transaction } from '../store/sql/database';
import type { ClaimedDelivery } from '../store/tables/deliveries';
import { insertEvents, type EventRow, type NewClaim, type NewDelivery } from '../store/tables/events';

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

/** The deliveries that a transaction has written. */
export interface WrittenDeliveries {
  /** Those that it has claimed for this process, in the order of their events. */
  claimed: ClaimedDelivery[];
  /** The webhooks of others that are due. Somebody has to look for those. */
  left: string[];
}

/** What is called after a commit. */
export interface AfterCommit {
  /** With the events that it told and their ids, to count and trace them. */
  onTold?: (events: readonly NewEvent[], ids: readonly string[]) => void;
  /** With the ids of new messages. */
  onCreated?: (messageIds: readonly string[]) => void;
  /** How to claim new deliveries for this process; null: not now. Absent: never. */
  claimNew?: () => NewClaim | null;
  /** Called if any are due. */
  onDeliveries(written: WrittenDeliveries): void;
  onWake(lane: string, at: number): void;
}

/**
 * Creates the only way to change anything in the engine: a change and its events are one transaction, and the listeners
 * are called after the commit. If a crash comes in between, the sweep wakes the lanes, and what was claimed is due again
 * when its claim ends.
 */
export function createTransact(
  database: Pick<Database, 'transaction'>,
  clock: Clock,
  afterCommit: AfterCommit,
): Transact {
  return async (job) => {
    let written: WrittenDeliveries = { claimed: [], left: [] };
    let told: NewEvent[] = [];
    let toldIds: string[] = [];
    let created: string[] = [];
    const wakes = new Map<string, number>();
    const result = await database.transaction((sql) => {
      written = { claimed: [], left: [] };
      told = [];
      toldIds = [];
      created = [];
      wakes.clear();
      const now = new Date(clock.now());
      return job({
        sql,
        now,
        tell(events) {
          const rows = events.map((event) => eventRow(event, now));
          told = told.concat(events);
          toldIds = toldIds.concat(rows.map(({ id }) => id));
          insertEvents(sql, rows, afterCommit.claimNew?.() ?? null, (due) => note(due, rows, written));
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
    if (written.claimed.length + written.left.length > 0) afterCommit.onDeliveries(written);
    for (const [lane, at] of wakes) afterCommit.onWake(lane, at);
    return result;
  };
}

function eventRow(event: NewEvent, now: Date): EventRow {
  return {
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
    who: event.who ?? null,
    from_who: event.fromWho ?? null,
    webhook_id: event.onlyWebhook ?? null,
  };
}

function note(
  due: readonly NewDelivery[],
  events: readonly EventRow[],
  { claimed, left }: WrittenDeliveries,
): void {
  const byId = new Map(events.map((event) => [event.id, event]));
  const own: ClaimedDelivery[] = [];
  for (const delivery of due) {
    const event = byId.get(delivery.event_id)!;
    if (delivery.locked_until === null) left.push(delivery.webhook_id);
    else
      own.push({
        ...delivery,
        locked_until: delivery.locked_until,
        type: event.type,
        data: event.data,
        is_reply: event.is_reply,
        event_created_at: event.created_at,
        chat: event.who,
        limited: false,
      });
  }
  claimed.push(...own.sort((a, b) => (a.event_id < b.event_id ? -1 : 1)));
}
