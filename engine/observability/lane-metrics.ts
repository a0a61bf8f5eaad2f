import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { SendingWatch, WatchedLane } from '../sending/sending-watch';

/**
 * Metrics of the sessions that this process works. Each session is worked by one process, so they can be summed over all
 * of them.
 */
export class LaneMetrics {
  /** Counts what happens while sending. */
  readonly watch: SendingWatch;
  private readonly connected: Gauge;
  private readonly paceWait: Gauge;
  private readonly underWay: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    const perSession = { labelNames: ['session'], registers };
    this.connected = new Gauge({
      name: 'blueticks_session_connected',
      help: 'Whether the link of a linked number that this process works is up: 1 or 0',
      ...perSession,
    });
    this.paceWait = new Gauge({
      name: 'blueticks_session_pace_wait_seconds',
      help: 'How long due messages of a session still wait for its pace; 0 if none waits for that',
      ...perSession,
    });
    this.underWay = new Gauge({
      name: 'blueticks_messages_under_way',
      help: 'Messages on their way to WhatsApp from this process',
      registers,
    });
    this.watch = createWatch(registry);
  }

  /** @param labelOf the label of a session; several may share one */
  show(lanes: readonly WatchedLane[], labelOf: (sessionId: string) => string): void {
    this.connected.reset();
    this.paceWait.reset();
    const byLabel = new Map<string, WatchedLane[]>();
    for (const lane of lanes) {
      const label = labelOf(lane.sessionId);
      byLabel.set(label, [...(byLabel.get(label) ?? []), lane]);
    }
    for (const [session, sharing] of byLabel) {
      const links = sharing.flatMap(({ isConnected }) => isConnected ?? []);
      if (links.length > 0) this.connected.set({ session }, links.every(Boolean) ? 1 : 0);
      this.paceWait.set({ session }, Math.max(...sharing.map(({ paceWaitMs }) => paceWaitMs)) / 1000);
    }
    this.underWay.set(lanes.reduce((sum, { underWay }) => sum + underWay, 0));
  }
}

function createWatch(registry: Registry): SendingWatch {
  const registers = [registry];
  const lateness = new Histogram({
    name: 'blueticks_hand_over_lateness_seconds',
    help: 'From when a message was due until it was handed to the transport',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 60, 3600],
    registers,
  });
  const answer = new Histogram({
    name: 'blueticks_server_answer_seconds',
    help: 'From the hand-over of a message until WhatsApp had accepted it',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const notSent = new Counter({
    name: 'blueticks_attempts_not_sent_total',
    help: 'Attempts to send a message that WhatsApp did not accept, by what follows and by reason',
    labelNames: ['outcome', 'reason'],
    registers,
  });
  const leases = new Counter({
    name: 'blueticks_lease_changes_total',
    help: 'Sessions that this process began to work, gave up, or lost to another process',
    labelNames: ['change'],
    registers,
  });
  const links = new Counter({
    name: 'blueticks_link_changes_total',
    help: 'Changes of the link of a session, by its new state',
    labelNames: ['state'],
    registers,
  });
  // They are shown from the start: an alert on an increase needs the 0 before it.
  for (const change of ['acquired', 'released', 'lost']) leases.inc({ change }, 0);
  for (const state of ['connected', 'disconnected', 'logged_out', 'restricted']) links.inc({ state }, 0);
  return {
    handedOver: (seconds) => lateness.observe(seconds),
    accepted: (seconds) => answer.observe(seconds),
    notSent: (outcome, reason) => notSent.inc({ outcome, reason }),
    leaseChanged: (change) => leases.inc({ change }),
    linkChanged: (state) => links.inc({ state }),
  };
}
