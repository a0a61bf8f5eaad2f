import { decide } from '../domain/send-decision';
import type { Transact } from '../events/transact';
import {
  canceled,
  claimed,
  failed,
  queued,
  retried,
  storeChanges,
  type MessageChange,
} from '../messages/message-changes';
import type { Sql } from '../store/database';
import { lockDue, lockInterrupted, type Wanted } from '../store/lane-messages';
import type { MessageRow } from '../store/messages';
import { findOptedOut } from '../store/opt-outs';
import { findEnded } from '../store/sequences';
import type { Lease } from './lease';

/** A message for one attempt, and when an earlier attempt may have reached WhatsApp. */
export interface Claimed {
  message: MessageRow;
  handedOverBefore: Date | null;
}

/** What one look at the due rows gave. */
export interface Look {
  claims: Claimed[];
  /** There may be more that is due. */
  more: boolean;
  /** Some that were due wait for another message to the same chat. */
  passedOver: boolean;
}

/**
 * Takes up to `limit` due messages of a lane for sending, one a chat, so that a chat's messages keep their order and
 * many to one person hold up nobody else. From this commit on nobody edits or cancels them. Messages out of time
 * fail, messages out of their window wait for it.
 * @throws LeaseLost when another process owns the lane by now.
 */
export async function claimDue(
  transact: Transact,
  lease: Lease,
  limit: number,
  wanted: Wanted,
): Promise<Look> {
  return transact(async (work) => {
    await lease.check(work.sql);
    const due = await lockDue(work.sql, lease.sessionId, work.now, limit, wanted);
    const rows = firstOfEachChat(due);
    const unwanted = await findUnwanted(work.sql, rows);
    const changes = rows.map((row) => decideOne(row, unwanted, work.now));
    if (changes.length > 0) await storeChanges(work, changes);
    return {
      claims: changes
        .map(({ row }, index) => ({ message: row, handedOverBefore: rows[index]!.handed_over_at }))
        .filter(({ message }) => message.status === 'sending'),
      more: due.length === limit,
      passedOver: wanted.exceptChats.length > 0 || rows.length < due.length,
    };
  });
}

function firstOfEachChat(rows: MessageRow[]): MessageRow[] {
  const chats = new Set<string>();
  return rows.filter((row) => chats.size < chats.add(row.chat_id).size);
}

/** What must not go any more, though it is pending. */
interface Unwanted {
  /** Chats of people who have opted out of campaigns and sequences. */
  optedOut: Set<string>;
  /** Sequences that are over. */
  ended: Set<string>;
}

async function findUnwanted(sql: Sql, rows: MessageRow[]): Promise<Unwanted> {
  const sequences = rows.flatMap((row) => row.sequence_id ?? []);
  const chats = rows.filter(isOneOfMany).map((row) => row.chat_id);
  return {
    optedOut: chats.length > 0 ? await findOptedOut(sql, rows[0]!.mode, chats) : new Set(),
    ended: sequences.length > 0 ? await findEnded(sql, sequences) : new Set(),
  };
}

/** Single messages go also to people who have opted out. */
const isOneOfMany = (row: MessageRow): boolean => row.campaign_id !== null || row.sequence_id !== null;

function decideOne(row: MessageRow, { optedOut, ended }: Unwanted, now: Date): MessageChange {
  // Its sequence was stopped while it was being handed over, and nothing of it reached the wire.
  if (row.sequence_id && ended.has(row.sequence_id) && row.handed_over_at === null) return canceled(row, now);
  const decision = decide(
    {
      expiresAt: row.expires_at?.getTime() ?? null,
      sendWindow: row.send_window,
      optedOut: isOneOfMany(row) && optedOut.has(row.chat_id),
    },
    now.getTime(),
  );
  if (decision.do === 'fail') return failed(row, decision.reason, now);
  if (decision.do === 'wait') return queued(row, new Date(decision.until));
  return claimed(row, now);
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
