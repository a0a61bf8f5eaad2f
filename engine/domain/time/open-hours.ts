import type { QuietHours } from '../pacing/settings';
import { nextOpening, type SendWindow } from './send-window';

/** A stretch of time in which the window stays as it is; closed, it opens at `until`. Epoch milliseconds. */
interface Span {
  from: number;
  until: number;
  isOpen: boolean;
}

/** Those who ask in turns about now and about later find their span again. */
const SPANS_KEPT = 6;

/**
 * A send window that is asked again and again for moments that go forward: it remembers when it is open and when not,
 * and reads the zone's wall clock anew only outside of that.
 */
export class OpenHours {
  private readonly spans: Span[] = [];

  constructor(private readonly window: SendWindow) {}

  /** `at` where the window is open then, else its next opening (epoch ms). */
  next(at: number): number {
    const { isOpen, until } = this.spanAt(at);
    return isOpen ? at : until;
  }

  private spanAt(at: number): Span {
    const known = this.spans.find(({ from, until }) => at >= from && at < until);
    if (known) return known;
    const opening = nextOpening(this.window, at);
    const isOpen = opening === at;
    const span = { from: at, until: isOpen ? this.closingAfter(at) : opening, isOpen };
    this.spans.unshift(span);
    this.spans.length = Math.min(this.spans.length, SPANS_KEPT);
    return span;
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
