import type { Transact } from '../events/transact';
import { queued, retried, storeChanges, type MessageChange } from '../changes/message-changes';
import type { Sql } from '../store/sql/database';
import { unknownChats } from '../store/tables/known-chats';
import { lockDue, lockInterrupted, lockUntold, type Wanted } from '../store/tables/lane-messages';
import type { MessageRow } from '../store/tables/messages';
import { decideOne, findUnwanted, type Unwanted } from './decide-one';
import type { Lease } from './lease';

/** A message for one attempt, and when an earlier attempt may have reached WhatsApp. */
export interface Claimed {
  message: MessageRow;
  handedOverBefore: Date | null;
}

/** How much to take in one look. */
export interface ClaimLimits {
  /** Rows to look at: those that fail or wait for their window are not taken. */
  look: number;
  take: number;
  /** Whether to mark those to whom nothing was written before. */
  markNewContacts: boolean;
}

/** What one look at the due rows gave. */
export interface Look {
  claims: Claimed[];
  /** There may be more that is due. */
  more: boolean;
  /** Some that were due wait for another message to the same chat. */
  passedOver: boolean;
  /** Nothing was taken, as what is wanted has changed meanwhile. */
  outdated: boolean;
}

/**
 * Takes up to `limits.take` due messages of a lane for sending, one a chat, so that a chat's messages keep their order and
 * many to one person hold up nobody else. From this commit on nobody edits or cancels them. Messages out of time
 * fail, messages out of their window wait for it.
 * @param holds whether `wanted` is still right.
 * @throws LeaseLost when another process owns the lane by now.
 */
export async function claimDue(
  transact: Transact,
  lease: Lease,
  limits: ClaimLimits,
  wanted: Wanted,
  holds: (sql: Sql) => Promise<boolean>,
): Promise<Look> {
  return transact(async (work) => {
    await lease.check(work.sql);
    const due = await lockDue(work.sql, lease.sessionId, work.now, limits.look, wanted);
    // After the rows: what was made after a change of the pace must not go by the pace before it.
    if (due.length > 0 && !(await holds(work.sql)))
      return { claims: [], more: false, passedOver: false, outdated: true };
    const rows = firstOfEachChat(due);
    const marked = limits.markNewContacts ? await markNewContacts(work.sql, rows) : rows;
    const unwanted = await findUnwanted(work.sql, marked);
    const changes = decideUpTo(limits.take, marked, unwanted, work.now);
    const claims = changes.flatMap(({ row }, index) =>
      row.status === 'sending' ? [{ message: row, handedOverBefore: rows[index]!.handed_over_at }] : [],
    );
    if (changes.length > 0) await storeChanges(work, changes);
    return {
      claims,
      more: due.length === limits.look || changes.length < rows.length,
      passedOver: wanted.exceptChats.length > 0 || rows.length < due.length,
      outdated: false,
    };
  });
}

async function markNewContacts(sql: Sql, rows: MessageRow[]): Promise<MessageRow[]> {
  const [first] = rows;
  if (!first) return rows;
  const unknown = await unknownChats(
    sql,
    first.session_id,
    rows.map((row) => row.chat_id),
  );
  return rows.map((row) => ({ ...row, new_contact: row.new_contact || unknown.has(row.chat_id) }));
}

/** Decides on one row after another, until so many are claimed. */
function decideUpTo(most: number, rows: MessageRow[], unwanted: Unwanted, now: Date): MessageChange[] {
  const changes: MessageChange[] = [];
  let claims = 0;
  for (const row of rows) {
    if (claims === most) break;
    const change = decideOne(row, unwanted, now);
    if (change.row.status === 'sending') claims += 1;
    changes.push(change);
  }
  return changes;
}

function firstOfEachChat(rows: MessageRow[]): MessageRow[] {
  const chats = new Set<string>();
  return rows.filter((row) => chats.size < chats.add(row.chat_id).size);
}

/**
 * Tells of up to `limit` messages that are due and held back by nothing but the pace that they are queued; the others
 * fail or wait, as they would at a claim.
 * @returns whether there may be more.
 */
export async function queueDue(transact: Transact, lease: Lease, limit: number): Promise<boolean> {
  return transact(async (work) => {
    await lease.check(work.sql);
    const rows = await lockUntold(work.sql, lease.sessionId, work.now, limit);
    const unwanted = await findUnwanted(work.sql, rows);
    const changes = rows.map((row) => {
      const change = decideOne(row, unwanted, work.now);
      return change.row.status === 'sending' ? queued(row, row.due_at) : change;
    });
    if (changes.length > 0) await storeChanges(work, changes);
    return rows.length === limit;
  });
}

/**
 * Puts back what a former owner had claimed when it died. Each goes again under its wire id: one that did reach
 * WhatsApp is recognised there as the same message.
 */
export async function reclaimInterrupted(transact: Transact, lease: Lease): Promise<number> {
  return transact(async (work) => {
    await lease.check(work.sql);
    const rows = await lockInterrupted(work.sql, lease.sessionId);
    await storeChanges(
      work,
      rows.map((row) => retried(row, work.now)),
    );
    return rows.length;
  });
}
