import type { Clock } from '../async/clock';
import type { Log } from '../domain/log';
import type { OwnerRequest, StoredAnswer } from '../sessions/owner-requests';
import type { Database } from '../store/sql/database';
import { saveAnswer, takeOpenRequests } from '../store/tables/session-requests';
import type { Transport } from '../transport/transport';
import { LeaseLost, type Lease } from './lease';
import type { LinkRecord } from './link-record';
import { doRequest, refusalOf } from './owner-requests';

export interface AnsweringDependencies {
  database: Database;
  clock: Clock;
  log: Log;
  /** Another process owns the session now. */
  onLost(): void;
  /** The session was removed. */
  onGone(): void;
}

/** Wakes come with every message too: a look at the requests for each of them would be a query for nothing. */
const LOOKS_APART_MS = 100;

/**
 * Answers what other processes, and this one's API, ask of the owner of a session. Every request is answered once by
 * one owner; one that its owner did not live to answer is done again by the next, which does no harm.
 */
export class RequestAnswers {
  private looking: Promise<void> | null = null;
  private planned = false;
  private lookedAt = -Infinity;
  private closed = false;
  /** Requests that have been taken up; a look that began before an answer was stored still finds its request open. */
  private readonly taken = new Set<string>();
  /** Of those, the ones that every look from now on finds answered. */
  private readonly done = new Set<string>();

  constructor(
    private readonly lease: Lease,
    private readonly transport: Transport,
    private readonly link: LinkRecord,
    private readonly deps: AnsweringDependencies,
  ) {}

  /** Looks for requests now, or soon after the last look. */
  wake(): void {
    if (this.planned || this.closed) return;
    this.planned = true;
    const wait = Math.max(0, this.lookedAt + LOOKS_APART_MS - this.deps.clock.now());
    this.deps.clock.after(wait, () => {
      this.planned = false;
      this.lookedAt = this.deps.clock.now();
      this.looking = (this.looking ?? Promise.resolve()).then(() => this.look());
    });
  }

  /** Answers nothing more. What is being asked of WhatsApp is not waited for: its link is about to be closed. */
  async close(): Promise<void> {
    this.closed = true;
    await this.looking;
  }

  private async look(): Promise<void> {
    if (this.closed) return;
    const { database, log } = this.deps;
    const { sessionId } = this.lease;
    for (const id of this.done) this.taken.delete(id);
    this.done.clear();
    try {
      const open = await database.transaction(async (tx) => {
        await this.lease.check(tx);
        return takeOpenRequests(tx, sessionId);
      });
      if (open === null) return this.deps.onGone();
      for (const { id, request } of open) {
        if (!this.taken.has(id)) void this.answer(id, request as OwnerRequest);
      }
    } catch (error) {
      if (error instanceof LeaseLost) return this.deps.onLost();
      log.error(
        { err: error, session: sessionId },
        'requests could not be looked at; the next look finds them',
      );
    }
  }

  private async answer(id: string, request: OwnerRequest): Promise<void> {
    const { database, log } = this.deps;
    this.taken.add(id);
    try {
      const answer = await this.outcomeOf(request);
      if (this.closed) return;
      await database.transaction(async (tx) => {
        await this.lease.check(tx);
        await saveAnswer(tx, id, answer);
      });
    } catch (error) {
      if (error instanceof LeaseLost) return this.deps.onLost();
      log.error({ err: error, session: this.lease.sessionId }, 'an answer could not be stored');
    } finally {
      this.done.add(id);
    }
  }

  private async outcomeOf(request: OwnerRequest): Promise<StoredAnswer<OwnerRequest['kind']>> {
    const { log } = this.deps;
    try {
      return { ok: await doRequest(request, this.transport, this.link, log) };
    } catch (error) {
      const refusal = refusalOf(error, this.transport.state);
      if (refusal.code === 'internal_error') {
        log.error({ err: error, session: this.lease.sessionId, kind: request.kind }, 'a request broke off');
      }
      return { error: refusal };
    }
  }
}
