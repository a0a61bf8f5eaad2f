import type { Clock } from '../../../async/clock';
import type { Timers } from '../../../async/timers';
import type { Timelock } from '../baileys';

/** How long new contacts are left alone after a refusal, if WhatsApp names no end. */
const COOLING_MS = 600_000;
/** The same if WhatsApp confirms a restriction, but does not say until when. */
const UNKNOWN_END_MS = 60_000;

/** Until when WhatsApp lets the account write only to people who wrote to it first, as far as WhatsApp says so. */
export class Restriction {
  private end: number | null = null;
  /** Set after a refusal, even if WhatsApp denies a restriction. */
  private cooling = false;
  private cancel: () => void = () => {};

  /**
   * @param ask asks WhatsApp; the answer comes to `told`.
   * @param changed called when it starts, ends or gets another end.
   */
  constructor(
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly ask: () => Promise<unknown>,
    private readonly changed: () => void,
  ) {}

  /** Epoch milliseconds; null if there is no restriction. */
  get until(): number | null {
    return this.end;
  }

  /** WhatsApp has said so, asked or unasked. */
  told({ isActive, timeEnforcementEnds }: Timelock): void {
    if (isActive) {
      this.cooling = false;
      this.begin(timeEnforcementEnds?.getTime() ?? this.clock.now() + UNKNOWN_END_MS);
    } else if (!this.cooling) this.lift();
  }

  /** WhatsApp refused a message for it (463). Trying again would make it worse, whatever WhatsApp says when asked. */
  refused(): void {
    if (this.end !== null) return;
    this.cooling = true;
    this.begin(this.clock.now() + COOLING_MS);
    void this.ask().catch(() => undefined);
  }

  private begin(until: number): void {
    this.cancel();
    this.cancel = this.timers.after(until - this.clock.now(), () => void this.over());
    if (this.end === until) return;
    this.end = until;
    this.changed();
  }

  /** Its time is up, but WhatsApp may have extended it. If it does not answer, the next refusal will tell. */
  private async over(): Promise<void> {
    this.cooling = false;
    this.end = null;
    await this.ask().catch(() => undefined);
    if (this.end === null) this.changed();
  }

  private lift(): void {
    this.cancel();
    if (this.end === null) return;
    this.end = null;
    this.changed();
  }
}
