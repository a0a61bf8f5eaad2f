import { STATUS } from '../domain/messages/status-post';
import type { Transact } from '../events/transact';
import { canceled, queued, retried, storeChanges, type MessageChange } from '../changes/message-changes';
import type { Sql } from '../store/sql/database';
import { findNewContacts } from '../store/tables/known-contacts';
import { lockDue, lockInterrupted, lockUntold, type Wanted } from '../store/tables/lane-messages';
import type { MessageRow } from '../store/tables/messages';
import { decideOne, findUnwanted, type Unwanted } from './decide-one';
import type { Lease } from './lease';

/** A message claimed for one attempt, and when an earlier attempt may have reached WhatsApp. */
export interface Claimed {
  message: MessageRow;
  handedOverBefore: Date | null;
}

/** How much to claim in one look. */
export interface ClaimLimits {
  /** Rows to lock. Those that fail, or wait for their window, are not claimed. */
  rows: number;
  claims: number;
  /** Whether to mark messages to new contacts. */
  markNewContacts: boolean;
}

/** The result of one look at the due rows. */
export interface Look {
  claims: Claimed[];
  /** More may be due. */
  more: boolean;
  /** Some due messages wait for another message to the same chat. */
  passedOver: boolean;
  /** Nothing was claimed, because `wanted` is no longer right. */
  outdated: boolean;
}

/**
 * Claims up to `limits.claims` due messages of a lane for sending, one per recipient: their messages keep their order,
 * and many messages to one person do not hold up anyone else. After the commit they cannot be edited or canceled.
 * Messages past their `expires_at` fail; messages outside their send window wait for it; those that a person who has the
 * chat holds up wait or are canceled.
 * @param isCurrent whether `wanted` is still right.
 * @throws LeaseLost if another process owns the lane now.
 */
export async function claimDue(
  transact: Transact,
  lease: Lease,
  limits: ClaimLimits,
  wanted: Wanted,
  isCurrent: (sql: Sql) => Promise<boolean>,
): Promise<Look> {
  return transact(async (work) => {
    await lease.check(work.sql);
    const due = await lockDue(work.sql, lease.sessionId, work.now, limits.rows, wanted);
    // Checked after the rows are read: a message created after a pacing change must not be sent at the old pace.
    if (due.length > 0 && !(await isCurrent(work.sql)))
      return { claims: [], more: false, passedOver: false, outdated: true };
    const rows = firstToEach(due);
    const marked = limits.markNewContacts ? await markNewContacts(work.sql, rows) : rows;
    const unwanted = await findUnwanted(work.sql, marked, work.now);
    const changes = decideUpTo(limits.claims, marked, unwanted, work.now);
    const claims = changes.flatMap(({ row }, index) =>
      row.status === 'sending' ? [{ message: row, handedOverBefore: rows[index]!.handed_over_at }] : [],
    );
    if (changes.length > 0) await storeChanges(work, changes);
    return {
      claims,
      more: due.length === limits.rows || changes.length < rows.length,
      passedOver: wanted.exceptWhos.length > 0 || rows.length < due.length,
      outdated: false,
    };
  });
}

/** Marks the messages to people whom the session does not know. All are of one session. */
export async function markNewContacts(sql: Sql, rows: MessageRow[]): Promise<MessageRow[]> {
  const [first] = rows;
  if (!first) return rows;
  const unknown = await findNewContacts(
    sql,
    first.session_id,
    rows.flatMap(({ who }) => (who === STATUS ? [] : who)),
  );
  return rows.map((row) => ({ ...row, new_contact: row.new_contact || unknown.has(row.who) }));
}

/** Decides row by row until `most` are claimed. */
export function decideUpTo(most: number, rows: MessageRow[], unwanted: Unwanted, now: Date): MessageChange[] {
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

/** The first message to each recipient. */
export function firstToEach(rows: MessageRow[]): MessageRow[] {
  const whos = new Set<string>();
  return rows.filter((row) => whos.size < whos.add(row.who).size);
}

/**
 * Marks up to `limit` due messages that only wait for the pace as queued. The others fail or wait for their window, as
 * they would in a claim.
 * @returns whether there may be more.
 */
export async function queueDue(transact: Transact, lease: Lease, limit: number): Promise<boolean> {
  return transact(async (work) => {
    await lease.check(work.sql);
    const rows = await lockUntold(work.sql, lease.sessionId, work.now, limit);
    const unwanted = await findUnwanted(work.sql, rows, work.now);
    const changes = rows.map((row) => {
      const change = decideOne(row, unwanted, work.now);
      return change.row.status === 'sending' ? queued(row, row.due_at) : change;
    });
    if (changes.length > 0) await storeChanges(work, changes);
    return rows.length === limit;
  });
}

/**
 * Requeues what a previous owner had claimed when it died. The wire ids stay the same, so WhatsApp recognizes a
 * message that it already has. Messages to people who were erased meanwhile end.
 */
export async function reclaimInterrupted(transact: Transact, lease: Lease): Promise<number> {
  return transact(async (work) => {
    await lease.check(work.sql);
    const rows = await lockInterrupted(work.sql, lease.sessionId);
    await storeChanges(
      work,
      rows.map((row) => (row.erased_at ? canceled(row, work.now) : retried(row, work.now))),
    );
    return rows.length;
  });
}
