import { Rerun } from '../async/rerun';
import { maskPhone } from '../domain/mask';
import type { Mode } from '../domain/mode';
import { listSessions, type SessionRow } from '../store/tables/sessions';
import type { TransportFactory } from '../transport/transport';
import { Lease, LEASE_RENEWAL_MS } from './lease';
import { HORIZON_MS } from './lane';
import { openLane, type OpenLane, type SendingDependencies } from './open-lane';

const RETRY_MS = 1_000;

/**
 * Keeps this process's lanes: takes the lease of every session that nobody works, renews its own, and closes a lane
 * whose lease another process has won, or whose session was removed.
 */
export class LaneKeeper {
  private readonly lanes = new Map<string, OpenLane>();
  /** Lanes that are being closed: what is under way on them may take its time. */
  private readonly closing = new Map<string, Promise<void>>();
  /** Sessions that were there at the last look. */
  private known = new Set<string>();
  /** Work of which the rounds do not wait for the end. */
  private readonly background = new Set<Promise<void>>();
  private readonly rounds: Rerun;

  /**
   * @param owner this process's name, unique.
   * @param factories the transport of each mode; sessions of a mode without one are left alone.
   */
  constructor(
    private readonly owner: string,
    private readonly factories: Partial<Record<Mode, TransportFactory>>,
    private readonly deps: SendingDependencies,
  ) {
    this.rounds = new Rerun({
      clock: deps.clock,
      run: () => this.keep(),
      everyMs: LEASE_RENEWAL_MS,
      retryMs: RETRY_MS,
      onError: (error) => deps.log.error({ err: error }, 'leases could not be looked at; trying again'),
    });
  }

  /** Opens what can be opened now, and goes on every few seconds. */
  start(): Promise<void> {
    this.rounds.wake();
    return this.rounds.idle();
  }

  /** Wakes a lane at `at`: at once and directly where it is worked here, through the queue otherwise. */
  wake(sessionId: string, at: number): void {
    const now = this.deps.clock.now();
    const lane = this.lanes.get(sessionId);
    if (lane && at <= now) return lane.wake();
    // It was made a moment ago: whoever looks first works it.
    if (!this.known.has(sessionId)) this.rounds.wake();
    // What is due later than that is armed by the sweep when its time comes near.
    if (at > now + HORIZON_MS) return;
    this.deps.wakeUps.arm(sessionId, at).catch((error: unknown) => {
      this.deps.log.warn({ err: error, session: sessionId }, 'a wake-up could not be armed; the sweep will');
    });
  }

  /** Looks at every lane now and arms its next wake-up anew. */
  async rearm(): Promise<void> {
    for (const lane of this.lanes.values()) {
      lane.wake();
      await lane.rearm();
    }
  }

  /** How many lanes are worked here. */
  get size(): number {
    return this.lanes.size;
  }

  async close(): Promise<void> {
    await this.rounds.close();
    for (const id of this.lanes.keys()) this.inBackground(this.closeLane(id));
    while (this.background.size > 0) await Promise.all(this.background);
  }

  private async keep(): Promise<void> {
    const sessions = await listSessions(this.deps.database);
    const before = this.known;
    this.known = new Set(sessions.map(({ id }) => id));
    for (const id of before) if (!this.known.has(id)) this.inBackground(this.forget(id));
    for (const session of sessions) {
      if (this.rounds.isClosed) return;
      const factory = this.factories[session.mode];
      if (!factory) continue;
      // One that cannot be kept is no reason to let go of the others.
      await this.keepLane(session, factory).catch((error: unknown) => {
        this.deps.log.error({ err: error, session: session.id }, 'a session could not be looked at');
      });
    }
  }

  /** The session was removed: its link is closed, and nothing is left to wake. */
  private async forget(sessionId: string): Promise<void> {
    await this.closeLane(sessionId);
    await this.deps.wakeUps.wipe(sessionId).catch((error: unknown) => {
      this.deps.log.warn(
        { err: error, session: sessionId },
        'wake-ups of a removed session could not be removed',
      );
    });
  }

  private async keepLane(session: SessionRow, factory: TransportFactory): Promise<void> {
    const { database, clock, log } = this.deps;
    const lane = this.lanes.get(session.id);
    if (lane) {
      if (!(await lane.lease.renew(database))) this.inBackground(this.loseLane(session.id));
      else lane.answerRequests();
      return;
    }
    if (this.closing.has(session.id)) return;
    const alone = database.kind === 'embedded';
    const lease = await Lease.take(database, session.id, this.owner, alone, clock);
    if (!lease) return;
    const lost = {
      onLost: () => this.inBackground(this.loseLane(session.id)),
      onGone: () => this.rounds.wake(),
    };
    this.lanes.set(session.id, await openLane(session, lease, factory, this.deps, lost));
    const phone = session.phone && maskPhone(session.phone);
    log.info({ session: session.id, mode: session.mode, phone }, 'working a session');
  }

  /** Resolves when the lane is closed, whoever began that. */
  private closeLane(sessionId: string): Promise<void> {
    const lane = this.lanes.get(sessionId);
    if (!lane) return this.closing.get(sessionId) ?? Promise.resolve();
    this.lanes.delete(sessionId);
    const closed = lane
      .close()
      .then(() => lane.lease.drop(this.deps.database))
      .catch((error: unknown) => {
        this.deps.log.error({ err: error, session: sessionId }, 'a lane did not close cleanly');
      })
      .finally(() => this.closing.delete(sessionId));
    this.closing.set(sessionId, closed);
    return closed;
  }

  private async loseLane(sessionId: string): Promise<void> {
    if (!this.lanes.has(sessionId)) return;
    this.deps.log.warn({ session: sessionId }, 'a session is no longer worked here: its lease was lost');
    await this.closeLane(sessionId);
    // Until it was closed it may have taken wake-ups that were for the new owner.
    this.wake(sessionId, this.deps.clock.now());
  }

  private inBackground(work: Promise<void>): void {
    const done = work.finally(() => this.background.delete(done));
    this.background.add(done);
  }
}
