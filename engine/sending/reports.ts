import type { Clock } from '../async/clock';
import { retry } from '../async/retry';
import { Timers } from '../async/timers';
import type { Log } from '../domain/log';
import { applyReceipt } from '../domain/messages/message-status';
import { sendRetryDelay } from '../domain/events/retry-schedule';
import type { ChatHistory } from '../chats/chat-history';
import type { Transact } from '../events/transact';
import {
  canceled,
  canceledByTakeover,
  changed,
  failed,
  retried,
  storeChanges,
  type MessageChange,
} from '../changes/message-changes';
import { followCampaigns, returnToNumbers } from '../changes/follow-campaigns';
import { GroupedWrites } from '../async/grouped-writes';
import { rememberMet } from '../store/tables/people';
import { lockByWireIds } from '../store/tables/lane-messages';
import type { MessageRow } from '../store/tables/messages';
import { isShared } from '../store/tables/shared-messages';
import type { Receipt } from '../transport/transport';
import { STATUS } from '../domain/messages/status-post';

/** What happened to a message: a receipt, or a failed attempt. */
export type Report =
  | { wireId: string; receipt: Receipt; mediaKind?: string }
  | { wireId: string; failure: Failure }
  /** Stopped right before the wire: its recipient has answered, or gets it under another name. */
  | { wireId: string; notWanted: { attempt: number } }
  /** Stopped right before the wire: a person has the chat. `handedOverAt` as in `Failure`. */
  | { wireId: string; humanHasChat: Pick<Failure, 'attempt' | 'handedOverAt'> };

interface Failure {
  reason: string;
  mayPass: boolean;
  /** Null if neither this attempt nor an earlier one put anything on the wire. */
  handedOverAt: Date | null;
  /** The attempt's number: when its failure is stored, another owner may be making the next attempt. */
  attempt: number;
}

/** Hand-overs without an answer from the server before the message fails. */
const MOST_UNACKNOWLEDGED = 5;
/** The least time between two transactions. */
const APART_MS = 20;
const BACK_OFF = { firstMs: 1_000, longestMs: 1_000 };

/** Stores reports, several per transaction if they arrive close together. Never loses one while it runs. */
export class Reports {
  private readonly writes: GroupedWrites<Report>;
  private readonly timers: Timers;

  constructor(
    private readonly sessionId: string,
    private readonly transact: Transact,
    clock: Clock,
    private readonly log: Log,
    private readonly history: ChatHistory,
  ) {
    this.writes = new GroupedWrites((reports) => this.store(reports), { apart: { clock, ms: APART_MS } });
    this.timers = new Timers(clock);
  }

  /** Resolves when the report is stored. Retries while the database cannot be reached, but not after `close`. */
  async add(report: Report): Promise<void> {
    await retry(
      this.timers,
      BACK_OFF,
      () => this.writes.add(report),
      (error) => {
        this.log.error({ err: error, session_id: this.sessionId }, 'could not store a report; trying again');
      },
    );
  }

  async close(): Promise<void> {
    await this.writes.settled();
    this.timers.stop();
  }

  private async store(reports: Report[]): Promise<void> {
    await this.transact(async (work) => {
      const found = await lockByWireIds(work.sql, this.sessionId, [...new Set(reports.map((r) => r.wireId))]);
      const changes = new Map<string, MessageChange>(
        found.map(({ row }) => [row.wire_id, { row, events: [] }]),
      );
      const touched = new Set<string>();
      for (const report of reports) {
        const before = changes.get(report.wireId);
        // A receipt for a message that another client of the same account sent.
        if (!before) continue;
        const after = applyReport(before.row, report, work.now);
        if (!after) continue;
        changes.set(report.wireId, { ...after, events: [...before.events, ...after.events] });
        touched.add(report.wireId);
      }
      if (touched.size === 0) return;
      const stored = await followCampaigns(
        work,
        [...touched].map((wireId) => changes.get(wireId)!),
      );
      await storeChanges(work, stored);
      returnToNumbers(work, stored);
      const accepted = found.filter(
        ({ row }) => !row.sent_at && !row.erased_at && changes.get(row.wire_id)!.row.sent_at,
      );
      // A person who got a message is no longer a new contact. Usually they were known already, and nothing is written.
      const met = accepted.filter(({ isKnown }) => !isKnown).map(({ row }) => row);
      rememberMet(work.sql, this.sessionId, met, work.now);
      const lives = livesIn(reports);
      this.history.sent(
        work,
        // A status is in no chat, and gone after a day.
        accepted
          .filter(({ row }) => row.chat_id !== STATUS)
          .map(({ row: { wire_id: wireId } }) => ({
            row: changes.get(wireId)!.row,
            disappearsInS: lives.get(wireId),
          })),
      );
      for (const { row } of stored) {
        if (row.status === 'queued' && !isShared(row)) work.wake(row.session_id, row.due_at.getTime());
      }
    });
  }
}

/** Seconds after which messages disappear, by wire id. */
function livesIn(reports: readonly Report[]): Map<string, number> {
  return new Map(
    reports.flatMap((report) =>
      'receipt' in report && report.receipt.disappearsInS
        ? [[report.wireId, report.receipt.disappearsInS] as const]
        : [],
    ),
  );
}

/** The message after the report; null if the report changes nothing. */
export function applyReport(row: MessageRow, report: Report, now: Date): MessageChange | null {
  if ('notWanted' in report) {
    if (row.status !== 'sending' || row.sent_at || row.attempts !== report.notWanted.attempt) return null;
    return canceled({ ...row, handed_over_at: null }, now);
  }
  if ('humanHasChat' in report) {
    const { attempt, handedOverAt } = report.humanHasChat;
    if (row.status !== 'sending' || row.sent_at || row.attempts !== attempt) return null;
    const stopped = { ...row, handed_over_at: handedOverAt };
    if (row.erased_at) return canceled(stopped, now);
    if (row.cancel_on_takeover) return canceledByTakeover(stopped, now);
    return retried(row, row.due_at, handedOverAt);
  }
  if ('failure' in report) return applyFailure(row, report.failure, now);
  const time = (date: Date | null): number | null => date?.getTime() ?? null;
  const outcome = applyReceipt(
    {
      status: row.status,
      sentAt: time(row.sent_at),
      deliveredAt: time(row.delivered_at),
      readAt: time(row.read_at),
      failedAt: time(row.failed_at),
    },
    report.receipt,
  );
  const kindLearned = report.mediaKind !== undefined && row.media?.kind !== report.mediaKind;
  if (!outcome.changed && !kindLearned) return null;
  const { next } = outcome;
  const date = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
  const after: MessageRow = {
    ...row,
    media: row.media && kindLearned ? { ...row.media, kind: report.mediaKind ?? null } : row.media,
    status: next.status,
    sent_at: date(next.sentAt),
    delivered_at: date(next.deliveredAt),
    read_at: date(next.readAt),
    failed_at: date(next.failedAt),
    failure_reason: next.status === 'failed' ? (report.receipt.reason ?? row.failure_reason) : null,
    unacknowledged: 0,
  };
  return changed(after, ...outcome.events);
}

function applyFailure(row: MessageRow, failure: Failure, now: Date): MessageChange | null {
  // A receipt that came in the meantime outweighs an attempt without an answer.
  if (row.status !== 'sending' || row.sent_at || row.attempts !== failure.attempt) return null;
  const unacknowledged = row.unacknowledged + (failure.reason === 'unacknowledged' ? 1 : 0);
  if (!failure.mayPass) return failed({ ...row, handed_over_at: failure.handedOverAt }, failure.reason, now);
  // Nobody knows any more who it was to.
  if (row.erased_at) return canceled(row, now);
  if (unacknowledged >= MOST_UNACKNOWLEDGED) return failed(row, 'unacknowledged', now);
  // Reconnecting wakes the lane, so no delay is needed.
  const delay = failure.reason === 'link_down' ? 0 : sendRetryDelay(row.attempts);
  const change = retried(row, new Date(now.getTime() + delay), failure.handedOverAt);
  return { ...change, row: { ...change.row, unacknowledged } };
}
