import type { Clock } from '../async/clock';
import type { Sql } from '../store/sql/database';
import { dropLease, holdsLease, acquireLease } from '../store/tables/session-leases';

/** Another process owns the lane now. This one must not do anything more with it. */
export class LeaseLost extends Error {
  constructor(sessionId: string) {
    super(`another process works session ${sessionId} now`);
    this.name = 'LeaseLost';
  }
}

/** Any process can acquire a lease that was not renewed for this long. */
export const LEASE_SECONDS = 15;

export interface LeaseTerms {
  /** A unique name for this process. */
  owner: string;
  /** This process is the store's only user, so any lease it finds was left by a dead process. */
  alone: boolean;
  /** How long the lease lasts without a renewal. */
  seconds: number;
}

/** The right to work one session's lane, with the fencing number it was acquired under. */
export class Lease {
  private constructor(
    readonly sessionId: string,
    private readonly terms: LeaseTerms,
    private readonly fence: number,
    private readonly clock: Clock,
    private validUntil: number,
  ) {}

  /** @returns null while another process has it. */
  static async acquire(sql: Sql, sessionId: string, terms: LeaseTerms, clock: Clock): Promise<Lease | null> {
    const { owner, alone, seconds } = terms;
    const validUntil = clock.now() + seconds * 1000;
    const fence = await acquireLease(sql, sessionId, owner, seconds, alone);
    return fence === null ? null : new Lease(sessionId, terms, fence, clock, validUntil);
  }

  /**
   * Whether, by this process's own clock, no other process can have the lease yet. Checked right before a hand-over,
   * because the process may have been suspended since its claim.
   */
  get isCurrent(): boolean {
    return this.terms.alone || this.clock.now() < this.validUntil;
  }

  /** Holds the lease until the transaction ends. @throws LeaseLost */
  async check(tx: Sql): Promise<void> {
    const { owner, alone } = this.terms;
    if (alone) return;
    if (!(await holdsLease(tx, this.sessionId, owner, this.fence))) throw new LeaseLost(this.sessionId);
  }

  /** @returns false if another process has it now. */
  async renew(sql: Sql): Promise<boolean> {
    const { owner, alone, seconds } = this.terms;
    if (alone) return true;
    const validUntil = this.clock.now() + seconds * 1000;
    const fence = await acquireLease(sql, this.sessionId, owner, seconds, false);
    if (fence === this.fence) this.validUntil = validUntil;
    return fence === this.fence;
  }

  async release(sql: Sql): Promise<void> {
    await dropLease(sql, this.sessionId, this.terms.owner);
  }
}
