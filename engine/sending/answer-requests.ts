import type { Clock } from '../async/clock';
import { Rerun } from '../async/rerun';
import type { OwnerRequest, StoredAnswer } from '../sessions/ask-owner';
import type { Database } from '../store/sql/database';
import { saveAnswer, readOpenRequests } from '../store/tables/session-requests';
import type { Transport } from '../transport/transport';
import { Creations } from './creations';
import { LeaseLost, type Lease } from './lease';
import type { LinkRecord } from './link-record';
import { doRequest, refusalOf, type RequestDependencies } from './do-request';

export interface AnsweringDependencies extends Omit<RequestDependencies, 'creations'> {
  database: Database;
  clock: Clock;
  /** Another process owns the session now. */
  onLost(): void;
  /** The session was removed. */
  onGone(): void;
}

/** Every message also wakes it, and most of those queries would find nothing. */
const LOOKS_APART_MS = 100;
const RETRY_MS = 1_000;

/**
 * Answers requests from any process to the owner of a session. An owner answers each request once. If it dies first,
 * the next owner carries out the request again, which is harmless: what a request creates is looked for first.
 */
export class RequestAnswers {
  private readonly looks: Rerun;
  private readonly storing = new Set<Promise<void>>();
  /** Requests that were started. A look that began before an answer was stored still finds its request open. */
  private readonly started = new Set<string>();
  /** The started requests whose answers are stored: every later look finds them answered. */
  private readonly done = new Set<string>();
  /** Until the first look has found what a previous owner left. */
  private isFirstLook = true;
  private readonly creations = new Creations();

  constructor(
    private readonly lease: Lease,
    private readonly transport: Transport,
    private readonly link: LinkRecord,
    private readonly deps: AnsweringDependencies,
  ) {
    this.looks = new Rerun({
      clock: deps.clock,
      run: () => this.look(),
      apartMs: LOOKS_APART_MS,
      retryMs: RETRY_MS,
      onError: (error) =>
        deps.log.error(
          { err: error, session_id: lease.sessionId },
          'could not read requests to the session; trying again',
        ),
    });
  }

  /** Looks for requests, now or soon after the last look. */
  wake(): void {
    this.looks.wake();
  }

  /** Answers no more requests. Does not wait for WhatsApp, since the link is about to be closed. */
  async close(): Promise<void> {
    await this.looks.close();
    await Promise.all(this.storing);
  }

  private async look(): Promise<void> {
    const { database } = this.deps;
    const { sessionId } = this.lease;
    for (const id of this.done) this.started.delete(id);
    this.done.clear();
    try {
      const open = await database.transaction(async (tx) => {
        await this.lease.check(tx);
        return readOpenRequests(tx, sessionId);
      });
      if (open === null) return this.deps.onGone();
      for (const { id, request } of open) {
        if (!this.started.has(id)) void this.answer(id, request as OwnerRequest, this.isFirstLook);
      }
      this.isFirstLook = false;
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
      this.deps.onLost();
    }
  }

  private async answer(id: string, request: OwnerRequest, isRepeat: boolean): Promise<void> {
    this.started.add(id);
    const answer = await this.outcomeOf(request, isRepeat);
    if (this.looks.isClosed) return;
    const stored = this.store(id, answer);
    this.storing.add(stored);
    await stored;
    this.storing.delete(stored);
    this.done.add(id);
  }

  private async store(id: string, answer: StoredAnswer<OwnerRequest['kind']>): Promise<void> {
    const { database, log } = this.deps;
    try {
      await database.transaction(async (tx) => {
        await this.lease.check(tx);
        await saveAnswer(tx, id, answer);
      });
    } catch (error) {
      if (error instanceof LeaseLost) return this.deps.onLost();
      log.error({ err: error, session_id: this.lease.sessionId }, 'could not store the answer to a request');
    }
  }

  private async outcomeOf(
    request: OwnerRequest,
    isRepeat: boolean,
  ): Promise<StoredAnswer<OwnerRequest['kind']>> {
    const { log } = this.deps;
    try {
      const deps = { ...this.deps, creations: this.creations };
      return { ok: await doRequest(request, this.transport, this.link, deps, isRepeat) };
    } catch (error) {
      const refusal = refusalOf(error, this.transport.state);
      if (refusal.code === 'internal_error') {
        log.error({ err: error, session_id: this.lease.sessionId, kind: request.kind }, 'a request failed');
      }
      return { error: refusal };
    }
  }
}
