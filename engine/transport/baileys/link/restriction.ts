import type { Clock } from '../../../async/clock';
import type { Timers } from '../../../async/timers';
import type { Timelock } from '../baileys';

/** How long to write to no new contacts after a refusal, if WhatsApp gives no end time. */
const COOLING_MS = 600_000;
/** The same if WhatsApp confirms a restriction, but does not say until when. */
const UNKNOWN_END_MS = 60_000;

/** Whether, and until when, WhatsApp lets the account write only to people who wrote to it first. */
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

  /** WhatsApp has reported a restriction or its end, with or without a query. */
  told({ isActive, timeEnforcementEnds }: Timelock): void {
    if (isActive) {
      this.cooling = false;
      this.begin(timeEnforcementEnds?.getTime() ?? this.clock.now() + UNKNOWN_END_MS);
    } else if (!this.cooling) this.lift();
  }

  /** WhatsApp refused a message because of it (463). Retrying would make it worse, even if WhatsApp denies a restriction. */
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

  /** Its time is up, but WhatsApp may have extended it. If there is no answer, the next refusal will show. */
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
