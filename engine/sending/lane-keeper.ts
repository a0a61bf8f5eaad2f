import { maskPhone } from '../domain/mask';
import type { Mode } from '../domain/mode';
import { listSessions, type SessionRow } from '../store/sessions';
import type { TransportFactory } from '../transport/transport';
import { Lease, LEASE_RENEWAL_MS } from './lease';
import { HORIZON_MS } from './lane';
import { openLane, type OpenLane, type SendingDependencies } from './open-lane';

/**
 * Keeps this process's lanes: takes the lease of every session that nobody works, renews its own, and closes a lane
 * whose lease another process has won.
 */
export class LaneKeeper {
  private readonly lanes = new Map<string, OpenLane>();
  private readonly closing = new Set<string>();
  private ticking: Promise<void> | null = null;
  private cancelTimer: () => void = () => {};
  private closed = false;

  /**
   * @param owner this process's name, unique.
   * @param factories the transport of each mode; sessions of a mode without one are left alone.
   */
  constructor(
    private readonly owner: string,
    private readonly factories: Partial<Record<Mode, TransportFactory>>,
    private readonly deps: SendingDependencies,
  ) {}

  /** Opens what can be opened now, and goes on every few seconds. */
  async start(): Promise<void> {
    await this.tick();
  }

  /** Wakes a lane at `at`: at once and directly where it is worked here, through the queue otherwise. */
  wake(sessionId: string, at: number): void {
    const now = this.deps.clock.now();
    const lane = this.lanes.get(sessionId);
    if (lane && at <= now) return lane.wake();
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
    this.closed = true;
    this.cancelTimer();
    await this.ticking;
    await Promise.all([...this.lanes.keys()].map((id) => this.closeLane(id)));
  }

  private tick(): Promise<void> {
    this.ticking = this.keep()
      .catch((error: unknown) => this.deps.log.error({ err: error }, 'leases could not be looked at'))
      .finally(() => {
        this.ticking = null;
        if (!this.closed) this.cancelTimer = this.deps.clock.after(LEASE_RENEWAL_MS, () => void this.tick());
      });
    return this.ticking;
  }

  private async keep(): Promise<void> {
    for (const session of await listSessions(this.deps.database)) {
      if (this.closed) return;
      const factory = this.factories[session.mode];
      if (factory) await this.keepLane(session, factory);
    }
  }

  private async keepLane(session: SessionRow, factory: TransportFactory): Promise<void> {
    const { database, clock, log } = this.deps;
    const lane = this.lanes.get(session.id);
    if (lane) {
      if (!(await lane.lease.renew(database))) await this.loseLane(session.id);
      return;
    }
    if (this.closing.has(session.id)) return;
    const alone = database.kind === 'embedded';
    const lease = await Lease.take(database, session.id, this.owner, alone, clock);
    if (!lease) return;
    const onLost = (): void => void this.loseLane(session.id);
    this.lanes.set(session.id, await openLane(session, lease, factory, this.deps, onLost));
    const phone = session.phone && maskPhone(session.phone);
    log.info({ session: session.id, mode: session.mode, phone }, 'working a session');
  }

  private async closeLane(sessionId: string): Promise<void> {
    const lane = this.lanes.get(sessionId);
    if (!lane) return;
    this.lanes.delete(sessionId);
    this.closing.add(sessionId);
    try {
      await lane.close();
      await lane.lease.drop(this.deps.database);
    } catch (error) {
      this.deps.log.error({ err: error, session: sessionId }, 'a lane did not close cleanly');
    } finally {
      this.closing.delete(sessionId);
    }
  }

  private async loseLane(sessionId: string): Promise<void> {
    if (!this.lanes.has(sessionId)) return;
    this.deps.log.warn({ session: sessionId }, 'a session is no longer worked here: its lease was lost');
    await this.closeLane(sessionId);
    // Until it was closed it may have taken wake-ups that were for the new owner.
    this.wake(sessionId, this.deps.clock.now());
  }
}
