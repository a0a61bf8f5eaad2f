import type { Clock } from '../async/clock';
import { eachInTurn } from '../async/each-in-turn';
import { collectBurst } from '../bursts/collect-burst';
import type { ChatHistory } from '../chats/chat-history';
import { newId } from '../domain/ids';
import type { Encryption } from '../encryption/encryption';
import type { Transact, Work } from '../events/transact';
import {
  findOverdue,
  insertAwaited,
  takeAwaited,
  type AwaitedMessageRow,
  type SealedAwaited,
} from '../store/tables/awaited-messages';
import type { Sql } from '../store/sql/database';
import { insertInbound, type InboundMessageRow } from '../store/tables/inbound-messages';
import { listSessions, type SessionRow } from '../store/tables/sessions';
import type { Inbound } from '../transport/transport';
import type { OptOutRules } from './apply-reply';
import { follow } from './follow-inbound';
import { inboundEvent, inChat } from './inbound-event';
import { whoWrote } from './who-wrote';

/** How long to wait for the content of a message. The phone usually answers within seconds, if it is online. */
export const PATIENCE_MS = 120_000;
const AT_ONCE = 100;

/** @param since epoch milliseconds */
export const endOfPatience = (since: number): Date => new Date(since + PATIENCE_MS);

/** The row of an inbound message. */
export function inboundRow(
  session: SessionRow,
  inbound: Inbound,
  { id, who, created_at, encryption }: { id: string; who: string; created_at: Date; encryption: Encryption },
): InboundMessageRow {
  const { content } = inbound;
  return {
    id,
    mode: session.mode,
    session_id: session.id,
    kind: storedKind(inbound),
    chat_id: inbound.chatId,
    who,
    wire_id: inbound.id,
    created_at,
    written_at: new Date(inbound.at),
    sealed_content: content && !inbound.isAwaited ? encryption.seal(Buffer.from(content), id) : null,
    without_content: inbound.isAwaited ?? false,
  };
}

/** What the owner of the number did has ids of its own, and is nobody's answer. */
const storedKind = ({ kind, sentFromPhone }: Inbound): string => (sentFromPhone ? `own_${kind}` : kind);

/** Stores a message whose content may still come. @returns whether it is new */
export function awaitContent(
  { sql, now }: Work,
  session: SessionRow,
  inbound: Inbound,
  who: string,
  encryption: Encryption,
): Promise<boolean> {
  const id = newId('inbound');
  const content = inbound.content && Buffer.from(inbound.content).toString('base64');
  const sealed = encryption.seal(JSON.stringify({ ...inbound, content }), id);
  const tell_at = endOfPatience(now.getTime());
  return insertAwaited(sql, {
    session_id: session.id,
    wire_id: inbound.id,
    chat_id: inbound.chatId,
    kind: storedKind(inbound),
    created_at: now,
    written_at: new Date(inbound.at),
    ...{ who, id, sealed, tell_at },
  });
}

/** What was known of an awaited message. */
export function openAwaited({ id, sealed }: SealedAwaited, encryption: Encryption): Inbound {
  const { content, ...rest } = JSON.parse(encryption.openText(sealed, id)) as Omit<Inbound, 'content'> & {
    content?: string;
  };
  return { ...rest, ...(content === undefined ? {} : { content: Buffer.from(content, 'base64') }) };
}

export interface OverdueDependencies {
  database: Sql;
  transact: Transact;
  clock: Clock;
  encryption: Encryption;
  optOuts: OptOutRules;
  history: ChatHistory;
}

/** Tells of messages whose content did not come in time what is known: somebody wrote, and when. */
export async function tellOverdue(deps: OverdueDependencies): Promise<void> {
  const { database, transact, clock } = deps;
  const rows = await findOverdue(database, new Date(clock.now()), AT_ONCE);
  const sessions = rows.length > 0 ? await listSessions(database) : [];
  await eachInTurn(rows, async (row) => {
    const session = sessions.find(({ id }) => id === row.session_id);
    if (session) await transact((work) => tellWithoutContent(work, session, row, deps));
  });
}

async function tellWithoutContent(
  work: Work,
  session: SessionRow,
  row: AwaitedMessageRow,
  { encryption, optOuts, history }: OverdueDependencies,
): Promise<void> {
  const inbound = openAwaited(row, encryption);
  const origin = await whoWrote(work, session, inbound);
  // Another process may have told it, or the content may just have come.
  if (!(await takeAwaited(work.sql, row))) return;
  const about = { id: row.id, who: origin.who, created_at: work.now, encryption };
  const { isNew, isHumans, hasBursts } = await insertInbound(work.sql, inboundRow(session, inbound, about));
  if (!isNew) return;
  // Already done when it came, but the writer may have turned out to be somebody known since then.
  const followed = await follow(work, session, inbound, origin, optOuts, isHumans);
  const event = inboundEvent(session, inbound, undefined, origin, followed.handledBy);
  const received = inChat(session, inbound, row.id, undefined, origin);
  work.tell([event]);
  if (hasBursts) collectBurst(work, received, event);
  history.received(work, received);
  await followed.tell();
}
