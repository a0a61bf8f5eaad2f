import { Rerun } from '../async/rerun';
import { maskPhone } from '../domain/mask';
import type { Mode } from '../domain/mode';
import { listSessions, saveUnconnected, type SessionRow } from '../store/tables/sessions';
import type { TransportFactory } from '../transport/transport';
import { Lease, type LeaseTerms } from './lease';
import { HORIZON_MS, SOON_MS } from './lane';
import { openLane, type OpenLane, type SendingDependencies } from './open-lane';
import type { WatchedLane } from './sending-watch';

const RETRY_MS = 1_000;

/**
 * Keeps this process's lanes: acquires the lease of every session without an owner, renews its own leases, and closes a
 * lane if another process acquired its lease or its session was removed.
 */
export class LaneKeeper {
  private readonly lanes = new Map<string, OpenLane>();
  /** Lanes being closed. Closing waits for their messages in progress. */
  private readonly closing = new Map<string, Promise<void>>();
  /** Sessions that existed at the last look. */
  private known = new Set<string>();
  /** Work that rounds do not wait for, but `close` does. */
  private readonly background = new Set<Promise<void>>();
  private readonly rounds: Rerun;

  /**
   * @param terms of the leases of this process. It renews them three times in their `seconds`.
   * @param factories the transport for each mode. Sessions of a mode without one are ignored.
   */
  constructor(
    private readonly terms: LeaseTerms,
    private readonly factories: Partial<Record<Mode, TransportFactory>>,
    private readonly deps: SendingDependencies,
  ) {
    this.rounds = new Rerun({
      clock: deps.clock,
      run: () => this.keep(),
      everyMs: (terms.seconds * 1000) / 3,
      retryMs: RETRY_MS,
      onError: (error) => deps.log.error({ err: error }, 'could not look at the leases; trying again'),
    });
  }

  /** Opens every lane it can, then checks again every few seconds. */
  start(): Promise<void> {
    this.rounds.wake();
    return this.rounds.idle();
  }

  /** Wakes a lane at `at` (epoch ms): directly if it is due and worked here, otherwise through the queue. */
  wake(sessionId: string, at: number): void {
    const now = this.deps.clock.now();
    const lane = this.lanes.get(sessionId);
    if (lane && at <= now) return lane.wake();
    if (lane && at <= now + SOON_MS) return lane.wakeSoon(at);
    // A new session: the first process that looks becomes its owner.
    if (!this.known.has(sessionId)) this.rounds.wake();
    // The sweep arms what is due later.
    if (at > now + HORIZON_MS) return;
    this.deps.wakeUps.arm(sessionId, at).catch((error: unknown) => {
      this.deps.log.warn({ err: error, session_id: sessionId }, 'could not arm a wake-up; the sweep will');
    });
  }

  /** Wakes every lane, and arms its next wake-up again. */
  async rearm(): Promise<void> {
    for (const lane of this.lanes.values()) {
      lane.wake();
      await lane.rearm();
    }
  }

  /** The number of lanes worked here. */
  get size(): number {
    return this.lanes.size;
  }

  /** The lanes worked here, for monitoring. */
  watched(): WatchedLane[] {
    return [...this.lanes.values()].map((lane) => lane.watched());
  }

  async close(): Promise<void> {
    await this.rounds.close();
    for (const id of this.lanes.keys()) this.inBackground(this.closeLane(id));
    while (this.background.size > 0) await Promise.all(this.background);
  }

  private async keep(): Promise<void> {
    if (!this.terms.alone) await saveUnconnected(this.deps.database, false);
    const sessions = await listSessions(this.deps.database);
    const before = this.known;
    this.known = new Set(sessions.map(({ id }) => id));
    for (const id of before) if (!this.known.has(id)) this.inBackground(this.forget(id));
    for (const session of sessions) {
      if (this.rounds.isClosed) return;
      const factory = this.factories[session.mode];
      if (!factory) continue;
      // One session's failure must not affect the others.
      await this.keepLane(session, factory).catch((error: unknown) => {
        this.deps.log.error({ err: error, session_id: session.id }, 'could not open or renew a lane');
      });
    }
  }

  /** For a removed session: closes its lane and removes its wake-ups. */
  private async forget(sessionId: string): Promise<void> {
    await this.closeLane(sessionId);
    await this.deps.wakeUps.wipe(sessionId).catch((error: unknown) => {
      this.deps.log.warn(
        { err: error, session_id: sessionId },
        'could not remove the wake-ups of a removed session',
      );
    });
  }

  private async keepLane(session: SessionRow, factory: TransportFactory): Promise<void> {
    const { database, clock, log } = this.deps;
    const lane = this.lanes.get(session.id);
    if (lane) {
      if (!(await lane.lease.renew(database))) this.inBackground(this.loseLane(session.id));
      else lane.look(session);
      return;
    }
    if (this.closing.has(session.id)) return;
    const lease = await Lease.acquire(database, session.id, this.terms, clock);
    if (!lease) return;
    this.deps.watch.leaseChanged('acquired');
    const lost = {
      onLost: () => this.inBackground(this.loseLane(session.id)),
      onGone: () => this.rounds.wake(),
    };
    this.lanes.set(session.id, await openLane(session, lease, factory, this.deps, lost));
    const phone = session.phone && maskPhone(session.phone);
    log.info({ session_id: session.id, mode: session.mode, phone }, 'working a session');
  }

  /** Resolves when the lane is closed, even if it was already closing. */
  private closeLane(sessionId: string): Promise<void> {
    const lane = this.lanes.get(sessionId);
    if (!lane) return this.closing.get(sessionId) ?? Promise.resolve();
    this.lanes.delete(sessionId);
    const closed = lane
      .close()
      .then(() => lane.lease.release(this.deps.database))
      .then(() => this.deps.watch.leaseChanged('released'))
      .catch((error: unknown) => {
        this.deps.log.error({ err: error, session_id: sessionId }, 'a lane did not close cleanly');
      })
      .finally(() => this.closing.delete(sessionId));
    this.closing.set(sessionId, closed);
    return closed;
  }

  private async loseLane(sessionId: string): Promise<void> {
    if (!this.lanes.has(sessionId)) return;
    this.deps.log.warn({ session_id: sessionId }, 'another process owns the session now');
    this.deps.watch.leaseChanged('lost');
    await this.closeLane(sessionId);
    // Before it closed, it may have received wake-ups meant for the new owner.
    this.wake(sessionId, this.deps.clock.now());
  }

  private inBackground(work: Promise<void>): void {
    const done = work.finally(() => this.background.delete(done));
    this.background.add(done);
  }
}
