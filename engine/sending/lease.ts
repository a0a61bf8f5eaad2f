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

/** Any process can acquire a lease that was not renewed for this long. Owners renew theirs three times in that time. */
export const LEASE_SECONDS = 15;
export const LEASE_RENEWAL_MS = 5_000;

/** The right to work one session's lane, with the fencing number it was acquired under. */
export class Lease {
  private constructor(
    readonly sessionId: string,
    private readonly owner: string,
    private readonly fence: number,
    private readonly alone: boolean,
    private readonly clock: Clock,
    private validUntil: number,
  ) {}

  /**
   * @param alone this process is the store's only user, so any lease it finds was left by a dead process.
   * @returns null while another process has it.
   */
  static async acquire(
    sql: Sql,
    sessionId: string,
    owner: string,
    alone: boolean,
    clock: Clock,
  ): Promise<Lease | null> {
    const validUntil = clock.now() + LEASE_SECONDS * 1000;
    const fence = await acquireLease(sql, sessionId, owner, LEASE_SECONDS, alone);
    return fence === null ? null : new Lease(sessionId, owner, fence, alone, clock, validUntil);
  }

  /**
   * Whether, by this process's own clock, no other process can have the lease yet. Checked right before a hand-over,
   * because the process may have been suspended since its claim.
   */
  get isCurrent(): boolean {
    return this.alone || this.clock.now() < this.validUntil;
  }

  /** Holds the lease until the transaction ends. @throws LeaseLost */
  async check(tx: Sql): Promise<void> {
    if (this.alone) return;
    if (!(await holdsLease(tx, this.sessionId, this.owner, this.fence))) throw new LeaseLost(this.sessionId);
  }

  /** @returns false if another process has it now. */
  async renew(sql: Sql): Promise<boolean> {
    if (this.alone) return true;
    const validUntil = this.clock.now() + LEASE_SECONDS * 1000;
    const fence = await acquireLease(sql, this.sessionId, this.owner, LEASE_SECONDS, false);
    if (fence === this.fence) this.validUntil = validUntil;
    return fence === this.fence;
  }

  async release(sql: Sql): Promise<void> {
    await dropLease(sql, this.sessionId, this.owner);
  }
}
