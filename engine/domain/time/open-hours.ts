import { nextOpening, type SendWindow } from './send-window';

/** A period in which the window stays open, or stays closed until it opens at `until`. Epoch milliseconds. */
interface Span {
  from: number;
  until: number;
  isOpen: boolean;
}

/** More than one, for callers that alternate between two moments. */
const SPANS_KEPT = 6;

/**
 * A send window that caches when it opens and closes, since computing that in a time zone is slow. For many lookups
 * close together.
 */
export class OpenHours {
  private readonly spans: Span[] = [];

  constructor(private readonly window: SendWindow) {}

  /** `at` if the window is open then, else its next opening (epoch ms). */
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

  /** The next time the local clock shows `end`. */
  private closingAfter(at: number): number {
    const { start, end, timezone } = this.window;
    return nextOpening({ start: end, end: start, timezone }, at);
  }
}
