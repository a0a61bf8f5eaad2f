import { Counter, Histogram, type Registry } from 'prom-client';
import { EVENT_TYPES, type EventType } from '../domain/events/event-types';
import type { Mode } from '../domain/mode';
import type { Poster } from '../events/post-event';

/** Metrics of what this process told, and of how it was delivered. */
export class EventMetrics {
  private readonly told: Counter;
  private readonly attempts: Counter;
  private readonly attemptSeconds: Histogram;
  private readonly lag: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    this.told = new Counter({
      name: 'blueticks_events_total',
      help: 'Events of changes that this process has committed, whether or not a webhook wants them',
      labelNames: ['type', 'mode'],
      registers,
    });
    this.attempts = new Counter({
      name: 'blueticks_delivery_attempts_total',
      help: 'Attempts to deliver an event to a webhook',
      labelNames: ['outcome'],
      registers,
    });
    this.attemptSeconds = new Histogram({
      name: 'blueticks_delivery_attempt_seconds',
      help: 'Time until a receiver answered an attempt to deliver an event, or did not',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.lag = new Histogram({
      name: 'blueticks_delivery_lag_seconds',
      help: 'From the commit of an event until its receiver answered with success',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 60, 600, 3600, 21_600, 86_400],
      registers,
    });
    // An alert on an increase needs the 0 before it.
    for (const mode of ['live', 'test'] as const)
      for (const type of EVENT_TYPES) this.told.inc({ type, mode }, 0);
    for (const outcome of ['delivered', 'failed']) this.attempts.inc({ outcome }, 0);
  }

  countTold(events: readonly { type: EventType; mode: Mode }[]): void {
    for (const { type, mode } of events) this.told.inc({ type, mode });
  }

  /** @param lagSeconds from the event until its receiver had it */
  delivered(lagSeconds: number): void {
    this.lag.observe(lagSeconds);
  }

  /** Counts the attempts of a poster. */
  counting(poster: Poster): Poster {
    return {
      ...poster,
      post: async (event) => {
        const stop = this.attemptSeconds.startTimer();
        const result = await poster.post(event);
        stop();
        this.attempts.inc({ outcome: result.ok ? 'delivered' : 'failed' });
        return result;
      },
    };
  }
}
