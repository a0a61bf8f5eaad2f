import { fairTurn } from '../async/fair-turn';
import type { ChatHistory } from '../chats/chat-history';
import { newId } from '../domain/ids';
import type { Log } from '../domain/log';
import type { Encryption } from '../encryption/encryption';
import { EngineError } from '../errors';
import type { Transact, Work } from '../events/transact';
import { learnNames, type Who } from '../people/learn-names';
import { findKnownWireIds } from '../store/tables/older-messages';
import { rememberMet, saveOlderNames } from '../store/tables/people';
import { findWho } from '../store/tables/person-names';
import { saveChatNames } from '../store/tables/chats';
import type { SessionRow } from '../store/tables/sessions';
import type { SharedHistory } from '../transport/older-messages';
import type { Inbound } from '../transport/transport';

export interface HistoryDependencies {
  transact: Transact;
  encryption: Encryption;
  history: ChatHistory;
  log: Log;
}

/**
 * Stores what the phone shared of the past. It is told to nobody, answers nothing, and leaves nothing unread. What is stored
 * of it, was sent by the engine, or is awaited stays as it is.
 * @returns how many messages were stored
 */
export async function receiveHistory(
  deps: HistoryDependencies,
  session: SessionRow,
  shared: SharedHistory<Inbound>,
): Promise<number> {
  try {
    return await deps.transact((work) => store(work, session, shared, deps));
  } catch (error) {
    const isAlone = shared.messages.length + shared.chats.length + shared.people.length === 1;
    if (isOutOfReach(error)) throw error;
    if (!isAlone) return storeEach(deps, session, shared);
    deps.log.error(
      { err: error, session_id: session.id },
      'a part of a history cannot be stored and is left out',
    );
    return 0;
  }
}

/** The store works but refuses a part: the others do not share its fate. */
async function storeEach(
  deps: HistoryDependencies,
  session: SessionRow,
  { messages, chats, people }: SharedHistory<Inbound>,
): Promise<number> {
  const none: SharedHistory<Inbound> = { messages: [], chats: [], people: [] };
  let added = 0;
  for (const message of messages)
    added += await receiveHistory(deps, session, { ...none, messages: [message] });
  for (const chat of chats) await receiveHistory(deps, session, { ...none, chats: [chat] });
  for (const person of people) await receiveHistory(deps, session, { ...none, people: [person] });
  return added;
}

const isOutOfReach = (error: unknown): boolean =>
  error instanceof EngineError && error.code === 'unavailable';

async function store(
  work: Work,
  session: SessionRow,
  { messages: shared, chats, people }: SharedHistory<Inbound>,
  { encryption, history }: HistoryDependencies,
): Promise<number> {
  const { mode } = session;
  const messages = [...new Map(shared.map((one) => [`${one.chatId} ${one.id}`, one])).values()];
  const whoWrote = await writersOf(work, session, messages);
  const whoOf = await findWho(
    work.sql,
    mode,
    [...chats, ...people].map(({ chatId }) => chatId),
  );
  const ids = messages.map(({ id }) => id);
  const own = messages.flatMap(({ id, sentFromPhone }) => (sentFromPhone ? id : []));
  const known = await findKnownWireIds(work.sql, session.id, mode, ids, own);
  const rows = [];
  for (const inbound of messages.filter(({ id }) => !known.has(id))) {
    await fairTurn();
    const id = newId('inbound');
    const person = whoWrote(inbound);
    const who = inbound.isGroup || !person ? inbound.chatId : person.id;
    const { content } = inbound;
    const sealed = content ? encryption.seal(Buffer.from(content), id) : null;
    const isToOurs = inbound.targetIsOwn ?? false;
    rows.push({ session, inbound, id, who, personId: person?.id ?? null, isToOurs, sealed });
  }
  const met = rows.map(({ who, inbound }) => ({ mode, who, chat_id: inbound.chatId }));
  rememberMet(work.sql, session.id, met, work.now);
  saveOlderNames(work.sql, [
    ...people.map(({ chatId, name }) => ({ id: whoOf(chatId), name })),
    ...rows.flatMap(({ personId: id, inbound: { fromName: name } }) => (id && name ? [{ id, name }] : [])),
  ]);
  const added = await history.older(work, rows);
  const subjects = chats.map(({ chatId, name }) => ({ id: whoOf(chatId), name }));
  if (subjects.length > 0) await saveChatNames(work.sql, session.id, subjects);
  return added;
}

/** Who wrote each message, and records all names that came with them. Call it before anything else locks rows. */
async function writersOf(
  work: Work,
  session: SessionRow,
  messages: readonly Inbound[],
): Promise<(inbound: Inbound) => Who | null> {
  const said = new Map(
    messages.filter(({ names }) => names.length > 0).map((one) => [keyOf(one), one.names]),
  );
  const people = said.size > 0 ? await learnNames(work, session.mode, [...said.values()]) : [];
  const found = new Map([...said.keys()].map((key, index) => [key, people[index]!]));
  return (inbound) => found.get(keyOf(inbound)) ?? null;
}

const keyOf = ({ names }: Inbound): string => names.toSorted().join(' ');
