import { nextOpening, type SendWindow } from '../send-window';
import type { Occurrences } from './occurrences';

const HOUR = 3_600_000;

/** One occurrence. Times in epoch ms. */
export interface Occurrence {
  moment: number;
  /** When it is missed if it has not gone: an hour after it may go, or when the next one comes, if that is sooner. */
  deadline: number;
  /** Its window stays closed until the next one comes, so it does not take place. */
  isShut: boolean;
}

/** The occurrences after `at`, in order. @param window within which they go, if they have one */
export function* takingPlace(
  occurrences: Occurrences,
  at: number,
  window: SendWindow | null,
): Generator<Occurrence> {
  let moment = occurrences.next(at);
  while (moment !== null) {
    const next = occurrences.next(moment);
    const opensAt = window ? nextOpening(window, moment) : moment;
    const end = next ?? Infinity;
    yield { moment, deadline: Math.min(opensAt + HOUR, end), isShut: opensAt >= end };
    moment = next;
  }
}
