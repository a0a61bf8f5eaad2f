import type { QuotaAnswer } from '../domain/pacing/quota';
import type { Log } from '../domain/log';
import type { Transact } from '../events/transact';
import type { PacingSpeeds } from '../pacing/pacing-rules';
import { recordQuota } from '../sessions/session-quota';
import { recordLinkState } from '../sessions/session-state';
import type { Database } from '../store/sql/database';
import { saveLinkedAccount, saveQr, saveStopped } from '../store/tables/sessions';
import type { LinkedAccount, LinkState, QrCode } from '../transport/transport';
import { LeaseLost, type Lease } from './lease';

const STOPPED = 'The engine is stopped, or another process is taking over.';

export interface LinkRecordDependencies {
  database: Database;
  transact: Transact;
  log: Log;
  pacingSpeeds: PacingSpeeds;
}

/**
 * Stores what a link reports about itself in its session's row. Reports are stored one after the other, so the last one
 * wins, and only under the lease: a process that lost the session must not write to it.
 */
export class LinkRecord {
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly lease: Lease,
    private readonly deps: LinkRecordDependencies,
  ) {}

  state(state: LinkState, reason: string | null, restrictedUntil: number | null = null): Promise<void> {
    const facts = {
      state,
      reason,
      restrictedUntil: restrictedUntil === null ? null : new Date(restrictedUntil),
    };
    return this.store(() =>
      recordLinkState(
        this.deps.transact,
        this.lease.sessionId,
        facts,
        (sql) => this.lease.check(sql),
        this.deps.pacingSpeeds,
      ),
    );
  }

  qr(qr: QrCode | null): Promise<void> {
    const shown = qr && { text: qr.text, expiresAt: new Date(qr.expiresAt) };
    return this.store(() => saveQr(this.deps.database, this.lease.sessionId, shown));
  }

  quota(answer: QuotaAnswer): Promise<void> {
    const { transact, pacingSpeeds } = this.deps;
    return this.store(() =>
      recordQuota(transact, this.lease.sessionId, answer, (sql) => this.lease.check(sql), pacingSpeeds),
    );
  }

  account(account: LinkedAccount): Promise<void> {
    return this.store(() =>
      this.deps.transact((work) => saveLinkedAccount(work.sql, this.lease.sessionId, account, work.now)),
    );
  }

  /** Resolves when everything reported so far is stored. */
  stored(): Promise<void> {
    return this.last;
  }

  /** This process stops working the session. A new owner will report the state of its own link. */
  async stop(): Promise<void> {
    await this.last;
    const { database } = this.deps;
    if (!(await this.lease.renew(database))) return;
    await saveStopped(database, this.lease.sessionId, STOPPED);
  }

  private store(job: () => Promise<void>): Promise<void> {
    this.last = this.last.then(job).catch((error: unknown) => {
      if (error instanceof LeaseLost) return;
      this.deps.log.error({ err: error, session_id: this.lease.sessionId }, "could not store a link's state");
    });
    return this.last;
  }
}
