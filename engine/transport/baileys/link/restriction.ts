import type { Clock } from '../../../async/clock';
import type { Timers } from '../../../async/timers';
import type { ConnectionUpdate } from '../baileys';

export type Timelock = NonNullable<ConnectionUpdate['reachoutTimeLock']>;

/** How long new contacts are left alone after a refusal for which WhatsApp names no end. */
const COOLING_MS = 600_000;
/** Where WhatsApp says that there is a lock and not until when. */
const UNKNOWN_END_MS = 60_000;

/** Until when WhatsApp lets the account write only to people who wrote to it, as far as it says so. */
export class Restriction {
  private end: number | null = null;
  /** Set after a refusal that WhatsApp's own list of restrictions knows nothing of. */
  private cooling = false;
  private stop: () => void = () => {};

  /**
   * @param ask asks WhatsApp; its answer comes to `told`.
   * @param changed called when it began, ended or got another end.
   */
  constructor(
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly ask: () => Promise<unknown>,
    private readonly changed: () => void,
  ) {}

  /** Epoch milliseconds; null where there is none. */
  get until(): number | null {
    return this.end;
  }

  /** What WhatsApp said, asked or not. */
  told({ isActive, timeEnforcementEnds }: Timelock): void {
    if (isActive) {
      this.cooling = false;
      this.begin(timeEnforcementEnds?.getTime() ?? this.clock.now() + UNKNOWN_END_MS);
    } else if (!this.cooling) this.lift();
  }

  /** A message was refused for it (463). Trying on would make it worse, whatever WhatsApp says when it is asked. */
  refused(): void {
    if (this.end !== null) return;
    this.cooling = true;
    this.begin(this.clock.now() + COOLING_MS);
    void this.ask().catch(() => undefined);
  }

  private begin(until: number): void {
    this.stop();
    this.stop = this.timers.after(until - this.clock.now(), () => void this.over());
    if (this.end === until) return;
    this.end = until;
    this.changed();
  }

  /** Its time is over: WhatsApp may have made it longer. Where it does not answer, the next refusal will say. */
  private async over(): Promise<void> {
    this.cooling = false;
    this.end = null;
    await this.ask().catch(() => undefined);
    if (this.end === null) this.changed();
  }

  private lift(): void {
    this.stop();
    if (this.end === null) return;
    this.end = null;
    this.changed();
  }
}
