import type { LinkState } from '../domain/link-state';
import type { Report } from './reports';

/**
 * What happens while sending, to count it. Calls come while messages are on their way: they must be cheap
 * and must not throw.
 */
export interface SendingWatch {
  /** A message was handed to the transport, so many seconds later than its time and the pace allowed. */
  handedOver(latenessSeconds: number): void;
  /** WhatsApp's server has accepted a message, so many seconds after the hand-over. */
  accepted(seconds: number): void;
  /** An attempt ended without that. @param reason a word from a short list, e.g. `link_down` */
  notSent(outcome: 'retried' | 'failed' | 'stopped', reason: string): void;
  /** This process now works a session, no longer works it, or another process took it over. */
  leaseChanged(change: 'acquired' | 'released' | 'lost'): void;
  /** The link of a session has changed its state. */
  linkChanged(state: LinkState): void;
}

/** Nobody counts. */
export const UNWATCHED: SendingWatch = {
  handedOver() {},
  accepted() {},
  notSent() {},
  leaseChanged() {},
  linkChanged() {},
};

/** A session that this process works, for monitoring. */
export interface WatchedLane {
  sessionId: string;
  /** Whether its link is up; null while no phone is linked. */
  isConnected: boolean | null;
  /** Messages on their way to WhatsApp. */
  underWay: number;
  /** Until its pace allows the next due message; 0 if none waits for that, Infinity if only a change of settings helps. */
  paceWaitMs: number;
}

/** Tells of an attempt after which the server has not accepted the message. */
export function tellNotSent(watch: SendingWatch, report: Report): void {
  if ('receipt' in report) return;
  if ('failure' in report) {
    const { reason, mayPass } = report.failure;
    // Without WhatsApp's code, so that there are only so many.
    return watch.notSent(mayPass ? 'retried' : 'failed', reason.split(':', 1)[0]!);
  }
  watch.notSent('stopped', 'humanHasChat' in report ? 'human_has_the_chat' : 'not_wanted');
}
