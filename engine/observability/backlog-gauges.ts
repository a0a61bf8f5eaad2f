import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../async/clock';
import { withDeadline } from '../async/deadline';
import { KeptAnswer } from '../async/kept-answer';
import { timeOfId } from '../domain/ids';
import { PRIORITIES, type PriorityRank } from '../domain/messages/priority';
import type { Database } from '../store/sql/database';
import {
  countDeliveries,
  countHeld,
  countLaneDepths,
  listLaneFronts,
  listWatchedSessions,
  watchWebhooks,
} from '../store/tables/backlog';
import { boundedSessions } from './bounded-sessions';

/** The database is asked for all scrapes together, at most so often. */
const EVERY_MS = 5_000;
/** Counting costs more the more there is, and takes at most this part of the database's time. */
const COUNTING_SHARE = 0.02;
/** A scrape does not wait longer for the database. Prometheus gives up after 10 s. */
const DEADLINE_MS = 2_000;

/**
 * Gauges of what waits in the database. Every process that shares it shows the same figures: take their maximum, never
 * their sum.
 */
export class BacklogGauges {
  private readonly facts: KeptAnswer<Awaited<ReturnType<typeof readFacts>>>;
  private readonly counts: KeptAnswer<Awaited<ReturnType<typeof readCounts>>>;
  private readonly gauges: ReturnType<typeof createGauges>;
  /** The label of a session. */
  labelOf = boundedSessions([]);

  /** @param clock of the engine, for ages. How long answers are kept is measured in `realTime`. */
  constructor(
    registry: Registry,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly realTime: Clock,
  ) {
    this.gauges = createGauges(registry);
    const now = (): Date => new Date(clock.now());
    this.facts = new KeptAnswer(realTime, { forMs: EVERY_MS }, () => readFacts(database, now()));
    this.counts = new KeptAnswer(realTime, { forMs: EVERY_MS, share: COUNTING_SHARE }, () =>
      readCounts(database, now()),
    );
  }

  /**
   * Brings them up to date. Without an answer from the database, all but `blueticks_store_up` have no value.
   * @returns whether it answered
   */
  async refresh(): Promise<boolean> {
    Object.values(this.gauges).forEach(clear);
    try {
      const facts = await this.inTime(this.facts);
      this.showFacts(facts);
      // Counting may take longer than a scrape can wait. The next one gets the result.
      const counts = await this.inTime(this.counts).catch(() => this.counts.last);
      if (counts) this.showCounts(counts);
      this.gauges.up.set(1);
      return true;
    } catch {
      Object.values(this.gauges).forEach(clear);
      this.gauges.up.set(0);
      return false;
    }
  }

  /** Seconds since a time (epoch ms). */
  private ageOf(since: number): number {
    return Math.max(0, (this.clock.now() - since) / 1000);
  }

  private inTime<T>(answer: KeptAnswer<T>): Promise<T> {
    return withDeadline(this.realTime, DEADLINE_MS, () => answer.get());
  }

  private showFacts({ fronts, sessions, webhooks }: Awaited<ReturnType<typeof readFacts>>): void {
    const { gauges } = this;
    const age = (since: Date): number => this.ageOf(since.getTime());
    this.labelOf = boundedSessions(sessions.map(({ id }) => id));
    const ages = fronts.map((front) => ({ ...front, age: front.due_at ? age(front.due_at) : 0 }));
    // The oldest last, so that it remains where lanes share a label.
    for (const front of ages.sort((a, b) => a.age - b.age)) {
      const labels = { session: this.labelOf(front.session_id), priority: nameOf(front.priority) };
      gauges.oldestDue.set(labels, front.age);
    }
    for (const { id, state, quota_limit, quota_used } of sessions) {
      gauges.sessions.inc({ status: state });
      if (quota_limit !== null) gauges.quotaLimit.set({ session: id }, quota_limit);
      if (quota_used !== null) gauges.quotaUsed.set({ session: id }, quota_used);
    }
    // The only process of an embedded database does not renew its leases.
    const alone = this.database.kind === 'embedded';
    gauges.unowned.set(alone ? 0 : sessions.filter(({ is_leased }) => !is_leased).length);
    for (const { status, disabled_by, n } of webhooks.counts) {
      gauges.webhooks.set({ status: disabled_by ? `${status}_by_${disabled_by}` : status }, n);
    }
    gauges.overdueAttempt.set(webhooks.overdue_since ? age(webhooks.overdue_since) : 0);
  }

  private showCounts({ depths, held, deliveries }: Awaited<ReturnType<typeof readCounts>>): void {
    const { gauges, labelOf } = this;
    const pending = { ...held };
    for (const { session_id, priority, scheduled, queued, due } of depths) {
      const labels = { session: labelOf(session_id), priority: nameOf(priority) };
      gauges.depth.inc(labels, scheduled + queued);
      gauges.due.inc(labels, due);
      pending.scheduled += scheduled;
      pending.queued += queued;
    }
    for (const [status, n] of Object.entries(pending)) gauges.pending.set({ status }, n);
    gauges.deliveries.set({ status: 'pending' }, deliveries.pending);
    gauges.deliveries.set({ status: 'held' }, deliveries.held);
    gauges.oldestDelivery.set(deliveries.oldest ? this.ageOf(timeOfId(deliveries.oldest)) : 0);
  }
}

async function readFacts(database: Database, now: Date) {
  return {
    fronts: await listLaneFronts(database, now),
    sessions: await listWatchedSessions(database),
    webhooks: await watchWebhooks(database, now),
  };
}

async function readCounts(database: Database, now: Date) {
  return {
    depths: await countLaneDepths(database, now),
    held: await countHeld(database),
    deliveries: await countDeliveries(database),
  };
}

function createGauges(registry: Registry) {
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name: `blueticks_${name}`, help, labelNames, registers: [registry] });
  const lane = ['session', 'priority'];
  return {
    up: gauge('store_up', 'Whether the database answered within 2 s: 1 or 0'),
    oldestDue: gauge(
      'lane_oldest_due_seconds',
      'How long ago the first message of a lane that is not sent was due',
      lane,
    ),
    depth: gauge(
      'lane_depth',
      'Messages that wait in a lane, due or not, without those of paused campaigns',
      lane,
    ),
    due: gauge('lane_due', 'Messages of a lane that are due and not handed over', lane),
    pending: gauge('messages_pending', 'Messages that are not handed over yet', ['status']),
    sessions: gauge('sessions', 'Sessions by the state of their link, including the sandbox', ['status']),
    unowned: gauge('sessions_unowned', 'Sessions that no process works'),
    quotaLimit: gauge('whatsapp_quota_limit', 'New chats that WhatsApp allows a session in this cycle', [
      'session',
    ]),
    quotaUsed: gauge(
      'whatsapp_quota_used',
      'New chats that a session has started in this cycle, as WhatsApp last said',
      ['session'],
    ),
    webhooks: gauge('webhooks', 'Webhooks by status, and what disabled them', ['status']),
    deliveries: gauge('deliveries_waiting', 'Events that are still to be delivered to a webhook', ['status']),
    oldestDelivery: gauge(
      'deliveries_oldest_seconds',
      'Age of the oldest event that an enabled webhook has not got',
    ),
    overdueAttempt: gauge(
      'deliveries_overdue_seconds',
      'How long ago the next attempt to deliver an event was due',
    ),
  };
}

const nameOf = (priority: PriorityRank): string => PRIORITIES[priority];

/** Leaves it without a value; `reset` would make one without labels 0. */
function clear(gauge: Gauge): void {
  gauge.reset();
  gauge.remove({});
}
