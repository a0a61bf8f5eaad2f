import { presentContact } from '../audiences/present-audience';
import { presentRecurrence } from '../changes/recurrence-changes';
import { presentSequence } from '../changes/sequence-changes';
import { presentChatMessage } from '../chats/present-chat-message';
import type { Mode } from '../domain/mode';
import { wireKey } from '../domain/messages/wire-key';
import { presentOptOut } from '../opt-outs/opt-outs';
import type { Sql } from '../store/sql/database';
import {
  listChatMessages,
  listWrittenInGroups,
  type ChatPlace,
  type ShownChatMessageRow,
} from '../store/tables/chat-messages';
import { findContactsOf } from '../store/tables/contacts';
import { findEventIds, listReceived, readEvents, type ReceivedRow } from '../store/tables/exported-people';
import { listMessages, type MessageRow } from '../store/tables/messages';
import { findOptOuts } from '../store/tables/opt-outs';
import { listRecurrences } from '../store/tables/recurrences';
import { listSequences } from '../store/tables/sequences';
import { listTakeoversOf, type TakeoverRow } from '../store/tables/takeovers';
import { findPerson, type FoundPerson } from './find-person';
import { presentPerson } from './show-people';

/** Rows read at a time. */
const AT_ONCE = 500;

/**
 * Everything that is stored about a person, as pieces of one JSON object: `person`, `opt_out`, `messages` (to them),
 * `history` (the chat with them, and what they wrote in groups), `sequences`, `recurrences`, `contacts`, `takeovers` (when a person had
 * the chat), `received` (when they wrote) and `events` (with what they wrote). The first piece comes after the person is found; nothing of it is held in memory
 * for longer than it takes to send.
 * @param given see `findPerson`
 * @throws EngineError `not_found` or `invalid_request`
 */
export async function exportPerson(
  sql: Sql,
  mode: Mode,
  given: string,
  now: Date,
  showMessages: ShowMessages,
): Promise<AsyncIterable<string>> {
  const person = await findPerson(sql, mode, given);
  const { ids } = person;
  const [optOut] = await findOptOuts(sql, mode, ids);
  const sequences = await listSequences(sql, mode, { whos: ids }, null);
  const recurrences = await listRecurrences(sql, mode, { whos: ids }, null);
  const contacts = await findContactsOf(sql, ids);
  const head = JSON.stringify({
    person: await presentPerson(sql, person),
    opt_out: optOut ? presentOptOut(optOut) : null,
    sequences: sequences.map((row) => presentSequence(row)),
    recurrences: recurrences.map((row) => presentRecurrence(row, now)),
    contacts: contacts.map((row) => ({ audience_id: row.audience_id, ...presentContact(row) })),
    takeovers: (await listTakeoversOf(sql, mode, ids)).map(presentTakeover),
  });
  return pieces(head, {
    messages: messagesTo(sql, person, showMessages),
    history: historyOf(sql, person),
    received: receivedFrom(sql, person),
    events: eventsAbout(sql, person),
  });
}

const presentTakeover = (row: TakeoverRow) => ({
  session_id: row.session_id,
  human_since: row.human_since?.toISOString() ?? null,
  human_until: row.human_until?.toISOString() ?? null,
  given_back_at: row.given_back_at?.toISOString() ?? null,
});

async function* pieces(head: string, lists: Record<string, AsyncIterable<object[]>>): AsyncGenerator<string> {
  yield head.slice(0, -1);
  for (const [name, list] of Object.entries(lists)) {
    yield `,${JSON.stringify(name)}:[`;
    let separator = '';
    for await (const rows of list) {
      if (rows.length === 0) continue;
      yield separator + rows.map((row) => JSON.stringify(row)).join(',');
      separator = ',';
    }
    yield ']';
  }
  yield '}';
}

/** Messages as the API shows them. */
type ShowMessages = (rows: readonly MessageRow[]) => Promise<object[]>;

async function* messagesTo(
  sql: Sql,
  { mode, ids }: FoundPerson,
  show: ShowMessages,
): AsyncGenerator<object[]> {
  let before: string | null = null;
  do {
    const rows = await listMessages(sql, mode, { whos: ids }, AT_ONCE, before);
    yield await show(rows);
    before = rows.length < AT_ONCE ? null : rows.at(-1)!.id;
  } while (before !== null);
}

async function* historyOf(sql: Sql, { mode, ids }: FoundPerson): AsyncGenerator<object[]> {
  const all = { types: null, revoked: true };
  yield* pagesOf((place) => listChatMessages(sql, mode, ids, all, 'desc', AT_ONCE, place));
  yield* pagesOf((place) => listWrittenInGroups(sql, ids, AT_ONCE, place));
}

async function* pagesOf(
  read: (place: ChatPlace | null) => Promise<ShownChatMessageRow[]>,
): AsyncGenerator<object[]> {
  let place: ChatPlace | null = null;
  do {
    const rows: ShownChatMessageRow[] = await read(place);
    yield rows.map((row) => presentChatMessage(row, null));
    const last = rows.length < AT_ONCE ? undefined : rows.at(-1);
    place = last ? { at: last.at, key: last.id } : null;
  } while (place !== null);
}

async function* receivedFrom(sql: Sql, { ids }: FoundPerson): AsyncGenerator<object[]> {
  let after: string | null = '';
  do {
    const rows: ReceivedRow[] = await listReceived(sql, ids, after, AT_ONCE);
    yield rows.map(presentReceived);
    after = rows.length < AT_ONCE ? null : rows.at(-1)!.id;
  } while (after !== null);
}

function presentReceived(row: ReceivedRow) {
  return {
    key: wireKey({ fromMe: false, chatId: row.chat_id, wireId: row.wire_id }),
    kind: row.kind,
    session_id: row.session_id,
    written_at: row.written_at.toISOString(),
    received_at: row.created_at.toISOString(),
  };
}

async function* eventsAbout(sql: Sql, { mode, ids }: FoundPerson): AsyncGenerator<object[]> {
  const all = await findEventIds(sql, mode, ids);
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const events = await readEvents(sql, all.slice(from, from + AT_ONCE));
    yield events.map(({ id, type, created_at: at, data }) => ({
      id,
      type,
      created_at: at.toISOString(),
      data: JSON.parse(data) as object,
    }));
  }
}
