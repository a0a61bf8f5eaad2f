import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Sql } from '../store/sql/database';
import { PENDING } from '../store/tables/messages';

/** The metrics of one engine process, for `/metrics`. */
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new Histogram({
    name: 'blueticks_http_request_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.registry],
  });

  readonly handOverLateness = new Histogram({
    name: 'blueticks_hand_over_lateness_seconds',
    help: 'From when a message was due until it was handed to the transport',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 60, 3600],
    registers: [this.registry],
  });

  readonly deliveryAttempts = new Counter({
    name: 'blueticks_delivery_attempts_total',
    help: 'Attempts to deliver an event to a webhook',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  constructor(sql: Sql) {
    collectDefaultMetrics({ register: this.registry });
    countRows(this.registry, sql, {
      name: 'blueticks_messages_pending',
      help: 'Messages that are not handed over yet',
      query: `SELECT status AS label, count(*)::int AS n FROM messages WHERE ${PENDING} GROUP BY 1`,
    });
    countRows(this.registry, sql, {
      name: 'blueticks_sessions',
      help: 'Sessions by the state of their link, including the sandbox',
      query: 'SELECT state AS label, count(*)::int AS n FROM sessions GROUP BY 1',
    });
    for (const [part, help] of [
      ['limit', 'New chats that WhatsApp allows a session in this cycle'],
      ['used', 'New chats that a session has started in this cycle, as WhatsApp last said'],
    ] as const) {
      countRows(this.registry, sql, {
        name: `blueticks_whatsapp_quota_${part}`,
        help,
        label: 'session',
        query: `SELECT id AS label, (quota->>'${part}')::int AS n FROM sessions WHERE quota IS NOT NULL`,
      });
    }
    countRows(this.registry, sql, {
      name: 'blueticks_deliveries_waiting',
      help: 'Events that are still to be delivered to a webhook',
      query: `SELECT status AS label, count(*)::int AS n FROM deliveries WHERE status IN ('pending', 'held') GROUP BY 1`,
    });
  }
}

function countRows(
  registry: Registry,
  sql: Sql,
  gauge: { name: string; help: string; query: string; label?: string },
): void {
  const { label = 'status' } = gauge;
  new Gauge({
    name: gauge.name,
    help: gauge.help,
    labelNames: [label],
    registers: [registry],
    async collect() {
      this.reset();
      for (const row of await sql.query<{ label: string; n: number }>(gauge.query)) {
        this.set({ [label]: row.label }, row.n);
      }
    },
  });
}
