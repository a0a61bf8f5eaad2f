import { canceled, storeChanges } from '../changes/message-changes';
import { endRecurrences } from '../changes/recurrence-changes';
import { latestAnswered } from '../domain/people/answer-time';
import type { PersonName } from '../domain/people/joining';
import type { Mode } from '../domain/mode';
import type { Work } from '../events/transact';
import { stopWithPending } from '../sequences/stop-sequences';
import { findLastHeard } from '../store/tables/inbound-messages';
import { joinBursts } from '../store/tables/bursts';
import { moveChats } from '../store/tables/chats';
import { findHumans, moveTakeovers } from '../store/tables/takeovers';
import {
  findContactsTwice,
  findMessagesTwice,
  isAnythingAbout,
  lockPendingTo,
  moveRows,
} from '../store/tables/joined-people';
import { moveKnownContacts } from '../store/tables/known-contacts';
import type { MessageRow } from '../store/tables/messages';
import { regroup } from '../store/tables/messages-to-draw';
import { findOptedOut, findOptOuts, moveOptOuts } from '../store/tables/opt-outs';
import { findOngoing } from '../store/tables/ongoing';
import { deletePeople, findPeople, savePeople, type PersonRow } from '../store/tables/people';
import { lockLive, type RecurrenceRow } from '../store/tables/recurrences';
import { listSequences, type SequenceRow } from '../store/tables/sequences';
import { removeContacts } from './remove-contacts';

/** Several ids that have turned out to be one person. */
interface Joined {
  survivor: string;
  losers: string[];
}

/**
 * Makes people one: what is stored about any of them is about the survivor, and the stricter of what was known holds.
 * @param people all names of each, as they are from now on
 * @param before the names as they were
 */
export async function joinPeople(
  work: Work,
  mode: Mode,
  people: readonly PersonName[][],
  before: readonly PersonName[],
): Promise<void> {
  const joined = people.map((names): Joined => {
    const survivor = names[0]!.person_id;
    const earlier = before.filter(({ name }) => names.some((one) => one.name === name));
    const ids = [...names.map(({ own_id: id }) => id), ...earlier.map(({ person_id: id }) => id)];
    return { survivor, losers: [...new Set(ids)].filter((id) => id !== survivor) };
  });
  const losers = joined.flatMap((one) => one.losers);
  // Usually a lid that nobody has written to.
  if (losers.length === 0 || !(await isAnythingAbout(work.sql, mode, losers))) return;
  for (const one of joined) if (one.losers.length > 0) await join(work, mode, one);
}

/** Locks audiences, then campaigns, recurrences, messages and sequences, and the history last. */
async function join(work: Work, mode: Mode, { survivor, losers }: Joined): Promise<void> {
  const ids = [survivor, ...losers];
  // Each person is in an audience once.
  await removeContacts(work, mode, await findContactsTwice(work.sql, ids));
  const ongoing = await findOngoing(work.sql, mode, ids);
  const recurrences = await lockLive(work.sql, ongoing.recurrences);
  const pending = await lockPendingTo(work.sql, ids);
  const ended = await endWhatEitherEnded(work, mode, ids, recurrences, pending);
  const twice = await findMessagesTwice(work.sql, ids);
  const second = pending.filter((row) => twice.has(row.id) && !ended.has(row));
  await storeChanges(
    work,
    second.map((row) => canceled(row, work.now)),
  );
  moveRows(work.sql, losers, survivor);
  moveOptOuts(work.sql, losers, survivor);
  moveKnownContacts(work.sql, losers, survivor);
  regroup(work.sql, survivor);
  const rows = await findPeople(work.sql, ids);
  if (rows.length > 0) savePeople(work.sql, [rows.reduce(merged, { ...rows[0]!, id: survivor })]);
  deletePeople(work.sql, losers);
  moveTakeovers(work.sql, losers, survivor);
  joinBursts(work.sql, losers, survivor);
  moveChats(work.sql, losers, survivor);
}

/** @param next was met later */
function merged(person: PersonRow, next: PersonRow): PersonRow {
  return {
    ...person,
    phone: next.phone ?? person.phone,
    name: next.name ?? person.name,
    username: next.username ?? person.username,
    is_business: person.is_business || next.is_business,
  };
}

/**
 * Ends what the opt-out of one name ends for the others, what an answer under one name ends for the others (the messages and
 * sequences that were there when it came), and what ends when a person has the chat under one name.
 * @returns the messages that are canceled now.
 */
async function endWhatEitherEnded(
  work: Work,
  mode: Mode,
  ids: string[],
  recurrences: RecurrenceRow[],
  pending: MessageRow[],
): Promise<Set<MessageRow>> {
  const active = await listSequences(work.sql, mode, { status: 'active', whos: ids }, null);
  const [optOut] = await findOptOuts(work.sql, mode, ids);
  const isOptedOut = (await findOptedOut(work.sql, mode, ids)).size > 0;
  const heard = new Map((await findLastHeard(work.sql, ids)).map((row) => [row.session_id, row]));
  const isAfter = (row: SequenceRow | RecurrenceRow): boolean => {
    const writtenAt = heard.get(row.session_id)?.written_at;
    return writtenAt !== undefined && row.created_at <= latestAnswered(writtenAt);
  };
  const isAnswered = (row: SequenceRow): boolean => row.stop_on_reply && isAfter(row);
  const stopped = recurrences.filter(
    (row) => optOut?.source === 'reply' || (row.until_reply && isAfter(row)),
  );
  const optedOut = recurrences.filter((row) => isOptedOut && !stopped.includes(row));
  const byReply = active.filter((row) => optOut?.source === 'reply' || isAnswered(row));
  const takenOver = await endedByTakeover(work, ids, pending);
  const byUser = active.filter(
    (row) =>
      !isAnswered(row) &&
      optOut?.source !== 'reply' &&
      (isOptedOut || takenOver.some(({ sequence_id: id }) => id === row.id)),
  );
  const answered = pending.filter(
    (row) => row.cancel_on_reply && row.created_at <= (heard.get(row.session_id)?.message_at ?? 0),
  );
  const ended = new Set([...answered, ...stepsOf([...byReply, ...stopped, ...optedOut], pending)]);
  await stopWithPending(work, idsOf(byReply), [...ended], 'stopped_by_reply');
  endRecurrences(work, stopped, 'stopped_by_reply', null);
  endRecurrences(work, optedOut, 'ended', 'opted_out');
  const others = [...new Set([...stepsOf(byUser, pending), ...takenOver])].filter((row) => !ended.has(row));
  await stopWithPending(work, idsOf(byUser), others, 'canceled');
  return new Set([...ended, ...others]);
}

/** Messages that would be canceled if a person had their chat, and under one of the names one has. */
async function endedByTakeover(work: Work, ids: string[], pending: MessageRow[]): Promise<MessageRow[]> {
  const mayEnd = pending.filter((row) => row.cancel_on_takeover);
  const chats = mayEnd.flatMap(({ session_id }) => ids.map((who) => ({ who, session_id })));
  const humans = await findHumans(work.sql, chats, work.now);
  return mayEnd.filter((row) => humans.some(({ session_id: session }) => session === row.session_id));
}

function stepsOf(ongoing: (SequenceRow | RecurrenceRow)[], pending: MessageRow[]): MessageRow[] {
  const ids = idsOf(ongoing);
  return pending.filter(
    (row) => row.handed_over_at === null && ids.includes(row.sequence_id ?? row.recurrence_id ?? ''),
  );
}

const idsOf = (rows: { id: string }[]): string[] => rows.map(({ id }) => id);
