import { randomBytes } from 'node:crypto';
import type { Clock } from '../async/clock';
import { eachInTurn } from '../async/each-in-turn';
import { isAboutDelivery, withoutMemberInEvent, withoutPersonInEvent } from '../changes/erased-events';
import { numberForms } from '../domain/people/number-forms';
import { nameKind } from '../domain/people/person-id';
import { isPending } from '../domain/messages/message-status';
import { parseWireKey } from '../domain/messages/wire-key';
import type { Mode } from '../domain/mode';
import { EngineError, notFound } from '../errors';
import type { Transact, Work } from '../events/transact';
import { endRecurrences } from '../changes/recurrence-changes';
import { stopWithPending } from '../sequences/stop-sequences';
import { deleteBurstsOf } from '../store/tables/bursts';
import { findContactsOf } from '../store/tables/contacts';
import { keepErasedOptOut } from '../store/tables/erased-opt-outs';
import {
  deleteEvents,
  deleteHistory,
  deleteInboundInGroups,
  deleteInboundOf,
  deletePersonRows,
  deleteWebhooksFor,
  eraseMentions,
  eraseMessages,
  eraseRecurrences,
  eraseSequences,
  findEventsBy,
  findGroupEventsWith,
  forgetInSessions,
  hasMoreHistory,
  listEventsOf,
  lockMessagesTo,
  saveErasedEvents,
  saveEventData,
  type EventOfSubject,
} from '../store/tables/erased-people';
import { deleteErasures, findErasures, findInterruptedErasures, saveErasure } from '../store/tables/erasures';
import type { Sql } from '../store/sql/database';
import { findOptedOut } from '../store/tables/opt-outs';
import { findOngoing } from '../store/tables/ongoing';
import { findWho, lockNames } from '../store/tables/person-names';
import { lockLive } from '../store/tables/recurrences';
import { deleteTakeovers, lockTakeovers } from '../store/tables/takeovers';
import { readPerson, type FoundPerson } from './find-person';
import type { Erased } from './person-schema';
import { removeContacts } from './remove-contacts';

/** An erasure that has not gone on for so long is taken to be interrupted. A step takes a second or so. */
const INTERRUPTED_AFTER_MS = 60_000;

/** Messages, and events of what the person wrote, in one transaction. */
const AT_ONCE = 500;

/**
 * Erases a person: cancels what is pending, removes texts, names, files and history, and leaves of messages, sequences
 * and recurrences only rows that say what happened, and not to whom. An opt-out is kept as a salted hash.
 *
 * A few hundred messages to a transaction. If a crash comes in between, `finishErasures` goes on.
 * @param given see `findPerson`
 * @throws EngineError `not_found` or `invalid_request`
 */
export async function erasePerson(transact: Transact, mode: Mode, given: string): Promise<Erased> {
  const total = await transact((work) => eraseSome(work, mode, given));
  while (!total.isDone) {
    const more = await transact((work) => eraseSome(work, mode, total.id)).catch(doneElsewhere);
    for (const name of COUNTS) total[name] += more?.[name] ?? 0;
    total.isDone = more?.isDone ?? true;
  }
  const { isDone: _, ...erased } = total;
  return { ...erased, deleted: true };
}

const COUNTS = [
  'messages_canceled',
  'messages_erased',
  'messages_deleted',
  'contacts_removed',
  'webhooks_removed',
] as const;

type Step = Omit<Erased, 'deleted'> & { isDone: boolean };

/** Finishes what other processes began to erase, and could not because they were killed or lost the database. */
export async function finishErasures(database: Sql, transact: Transact, clock: Clock): Promise<void> {
  const interrupted = await findInterruptedErasures(database, new Date(clock.now()));
  await eachInTurn(interrupted, ({ mode, who }) => erasePerson(transact, mode, who).catch(doneElsewhere));
}

/** Another process may be erasing the same person. */
function doneElsewhere(error: unknown): undefined {
  if (!(error instanceof EngineError) || error.code !== 'not_found') throw error;
}

/** Locks names, then audiences, campaigns, recurrences, messages, takeovers, webhooks and sequences, deliveries, and the history last. */
async function eraseSome(work: Work, mode: Mode, given: string): Promise<Step> {
  // Nobody is joined with the person meanwhile.
  await lockNames(work.sql, mode);
  const person = await readErasable(work.sql, mode, given);
  const { id, ids, names } = person;
  const contacts = await findContactsOf(work.sql, ids);
  await removeContacts(work, mode, contacts);
  if ((await findOptedOut(work.sql, mode, ids)).size > 0) keepErasedOptOut(work.sql, mode, ids, randomId());
  const ongoing = await findOngoing(work.sql, mode, ids);
  const recurrences = await lockLive(work.sql, ongoing.recurrences);
  const messages = await lockMessagesTo(work.sql, ids, AT_ONCE);
  lockTakeovers(work.sql, ids);
  const webhooks = await deleteWebhooksFor(work.sql, mode, ids);
  // Before the events are read: none of these can become an event any more.
  deleteBurstsOf(work.sql, ids);
  const pending = messages.filter((row) => isPending(row.status));
  await stopWithPending(work, ongoing.sequences, pending, 'canceled');
  endRecurrences(work, recurrences, 'ended', 'erased');
  eraseMessages(work.sql, messages, randomId(), work.now);
  await eraseEventsOf(
    work,
    messages.map((row) => row.id),
  );
  const events = (await eraseEventsBy(work, ids)) + (await eraseInGroupEvents(work, ids));
  const isMore = await hasMoreHistory(work.sql, ids, AT_ONCE);
  const isDone = messages.length < AT_ONCE && events < AT_ONCE && !isMore;
  const resumeAt = new Date(work.now.getTime() + INTERRUPTED_AFTER_MS);
  if (!isDone) saveErasure(work.sql, { mode, who: id, names, resume_at: resumeAt });
  const deleted = isDone ? await eraseRest(work, person) : 0;
  if (isDone) deleteTakeovers(work.sql, ids);
  deleteHistory(work.sql, ids, isDone ? null : AT_ONCE);
  return {
    id,
    messages_canceled: pending.length,
    messages_erased: messages.length,
    messages_deleted: deleted,
    contacts_removed: contacts.length,
    webhooks_removed: webhooks.length,
    isDone,
  };
}

/** The person, with names that only an earlier step of the erasure has seen. @throws as `findPerson` */
async function readErasable(sql: Sql, mode: Mode, given: string): Promise<FoundPerson> {
  const { person, isStored } = await readPerson(sql, mode, given);
  const begun = await findErasures(sql, mode, person.ids);
  if (!isStored && begun.length === 0) throw notFound('person', given);
  return { ...person, names: [...new Set([...person.names, ...begun.flatMap(({ names }) => names)])] };
}

/**
 * What was told already is removed. What is still to be told of messages and sequences no longer says whom it is about.
 */
async function eraseEventsOf(work: Work, subjects: string[]): Promise<void> {
  const events = await listEventsOf(work.sql, subjects);
  const isKept = (event: EventOfSubject): boolean => event.open && isAboutDelivery(event.type);
  saveErasedEvents(
    work.sql,
    events.filter(isKept).map(({ id, type, data }) => ({ id, data: withoutPersonInEvent(type, data) })),
  );
  deleteEvents(
    work.sql,
    events.filter((event) => !isKept(event)).map(({ id }) => id),
  );
}

/** Removes some of what is told of what the person wrote, and what they wrote in groups. @returns how many events. */
async function eraseEventsBy(work: Work, ids: string[]): Promise<number> {
  const events = await findEventsBy(work.sql, ids, AT_ONCE);
  deleteInboundInGroups(
    work.sql,
    events.flatMap(({ key, session_id }) => {
      const parsed = key === null || session_id === null ? null : parseWireKey(key);
      if (!parsed?.ok || session_id === null || nameKind(parsed.chatId) !== null) return [];
      return { session_id, chat_id: parsed.chatId, wire_id: parsed.wireId };
    }),
  );
  deleteEvents(
    work.sql,
    events.map(({ id }) => id),
  );
  return events.length;
}

/** Takes the person out of what is told of groups, which is about others as well. @returns how many events. */
async function eraseInGroupEvents(work: Work, ids: string[]): Promise<number> {
  const events = await findGroupEventsWith(work.sql, ids, AT_ONCE);
  saveEventData(
    work.sql,
    events.map(({ id, data }) => ({ id, data: withoutMemberInEvent(data, ids) })),
  );
  return events.length;
}

/** What is left once messages and events are erased. @returns how many messages of theirs that were. */
async function eraseRest(work: Work, { mode, ids, names, phone }: FoundPerson): Promise<number> {
  const all = [...names, ...(phone ? [phone] : [])].flatMap(formsOf);
  const whoIs = await findWho(work.sql, mode, all);
  const forms = all.filter((name) => ids.includes(whoIs(name)));
  const digits = forms.map(userOf);
  await eraseEventsOf(work, [
    ...(await eraseSequences(work.sql, ids, randomId(), work.now)),
    ...(await eraseRecurrences(work.sql, ids, randomId(), work.now)),
  ]);
  eraseMentions(work.sql, mode, digits);
  const inbound = await deleteInboundOf(work.sql, ids);
  forgetInSessions(work.sql, mode, { names: forms, digits });
  deletePersonRows(work.sql, mode, ids);
  deleteErasures(work.sql, mode, ids);
  return inbound;
}

/** A name as it may be stored in other places; the other form of a number may be another person's. */
function formsOf(name: string): string[] {
  return nameKind(name) === 'phone' ? numberForms(userOf(name)).map((form) => `${form}@c.us`) : [name];
}

const userOf = (name: string): string => name.slice(0, name.indexOf('@'));

/** An id that stands for nobody. */
const randomId = (): string => `per_${randomBytes(13).toString('hex')}`;
