import type { QuietHours } from './pacing-settings';
import { nextOpening, type SendWindow } from './send-window';

/**
 * A send window that is asked again and again for moments that go forward: it remembers until when it is open, and
 * reads the zone's wall clock anew only after that.
 */
export class OpenHours {
  private openFrom = Infinity;
  private openUntil = -Infinity;

  constructor(private readonly window: SendWindow) {}

  /** `at` where the window is open then, else its next opening (epoch ms). */
  next(at: number): number {
    if (at >= this.openFrom && at < this.openUntil) return at;
    const opening = nextOpening(this.window, at);
    if (opening === at) {
      this.openFrom = at;
      this.openUntil = this.closingAfter(at);
    }
    return opening;
  }

  /** Where the window is open at `at`: the next `end` on the wall clock, whatever its days are. */
  private closingAfter(at: number): number {
    const { start, end, timezone } = this.window;
    return nextOpening({ start: end, end: start, timezone }, at);
  }
}

/** The hours that are not quiet. */
export function openOutside({ start, end, timezone }: QuietHours): OpenHours {
  return new OpenHours({ start: end, end: start, timezone });
}
