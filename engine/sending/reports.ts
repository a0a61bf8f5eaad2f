import type { Clock } from '../async/clock';
import type { Log } from '../domain/log';
import { applyReceipt } from '../domain/messages/message-status';
import { sendRetryDelay } from '../domain/events/retry-schedule';
import type { Transact } from '../events/transact';
import { changed, failed, retried, storeChanges, type MessageChange } from '../changes/message-changes';
import { asCampaignsStand } from '../changes/follow-campaign-status';
import { GroupedWrites } from '../async/grouped-writes';
import { addKnownChats } from '../store/tables/known-chats';
import { lockByWireIds } from '../store/tables/lane-messages';
import type { MessageRow } from '../store/tables/messages';
import type { Receipt } from '../transport/transport';

/** What was heard of a message: a receipt, or that an attempt came to nothing. */
export type Report =
  { wireId: string; receipt: Receipt; mediaKind?: string } | { wireId: string; failure: Failure };

interface Failure {
  reason: string;
  mayPass: boolean;
  /** Null where neither this attempt nor an earlier one put anything on the wire. */
  handedOverAt: Date | null;
  /** Which attempt it was: by the time its failure is stored, another owner may be making the next one. */
  attempt: number;
}

/** Hand-overs that the server may leave unanswered before the message is given up. */
const MOST_UNACKNOWLEDGED = 5;
const STORE_RETRY_MS = 1_000;

/** Records reports, several in one transaction where they come close together. Never loses one while it runs. */
export class Reports {
  private readonly writes: GroupedWrites<Report>;
  private closed = false;

  constructor(
    private readonly sessionId: string,
    private readonly transact: Transact,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.writes = new GroupedWrites((reports) => this.store(reports));
  }

  /** Resolves when the report is stored; tries again while the store is out of reach. */
  async add(report: Report): Promise<void> {
    while (!this.closed) {
      try {
        return await this.writes.add(report);
      } catch (error) {
        this.log.error({ err: error, session: this.sessionId }, 'a report could not be stored; trying again');
        await new Promise<void>((resolve) => this.clock.after(STORE_RETRY_MS, resolve));
      }
    }
  }

  async close(): Promise<void> {
    await this.writes.settled();
    this.closed = true;
  }

  private async store(reports: Report[]): Promise<void> {
    await this.transact(async (work) => {
      const rows = await lockByWireIds(work.sql, this.sessionId, [...new Set(reports.map((r) => r.wireId))]);
      const changes = new Map<string, MessageChange>(rows.map((row) => [row.wire_id, { row, events: [] }]));
      const touched = new Set<string>();
      for (const report of reports) {
        const before = changes.get(report.wireId);
        // A receipt for a message that this engine did not send: another client of the same account did.
        if (!before) continue;
        const after = applyReport(before.row, report, work.now);
        if (!after) continue;
        changes.set(report.wireId, { row: after.row, events: [...before.events, ...after.events] });
        touched.add(report.wireId);
      }
      if (touched.size === 0) return;
      const stored = await asCampaignsStand(
        work,
        [...touched].map((wireId) => changes.get(wireId)!),
      );
      await storeChanges(work, stored);
      // Whoever got a message is no new contact any more.
      const accepted = rows.filter((row) => !row.sent_at && changes.get(row.wire_id)!.row.sent_at);
      const chats = accepted.map((row) => row.chat_id);
      addKnownChats(work.sql, this.sessionId, chats, work.now);
      for (const { row } of stored) {
        if (row.status === 'queued') work.wake(row.session_id, row.due_at.getTime());
      }
    });
  }
}

/** One message after one report; null where the report changes nothing. */
export function applyReport(row: MessageRow, report: Report, now: Date): MessageChange | null {
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
  // A receipt that came meanwhile knows better than an attempt that heard nothing.
  if (row.status !== 'sending' || row.sent_at || row.attempts !== failure.attempt) return null;
  const unacknowledged = row.unacknowledged + (failure.reason === 'unacknowledged' ? 1 : 0);
  if (!failure.mayPass) return failed({ ...row, handed_over_at: failure.handedOverAt }, failure.reason, now);
  if (unacknowledged >= MOST_UNACKNOWLEDGED) return failed(row, 'unacknowledged', now);
  // The link's own return wakes the lane: no need to wait longer than that.
  const delay = failure.reason === 'link_down' ? 0 : sendRetryDelay(row.attempts);
  const change = retried(row, new Date(now.getTime() + delay), failure.handedOverAt);
  return { ...change, row: { ...change.row, unacknowledged } };
}
