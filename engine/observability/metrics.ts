import { Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { systemClock, type Clock } from '../async/clock';
import { KeptAnswer } from '../async/kept-answer';
import type { WatchedLane } from '../sending/sending-watch';
import type { Database } from '../store/sql/database';
import { VERSION } from '../version';
import { BacklogGauges } from './backlog-gauges';
import { DiskGauges } from './disk-gauges';
import { EventMetrics } from './event-metrics';
import { LaneMetrics } from './lane-metrics';
import { TableGauges } from './table-gauges';

const TEXT_MS = 1_000;

export interface MetricsOptions {
  database: Database;
  dataDir: string;
  /** The engine's clock, for ages. */
  clock: Clock;
  /** For how long answers are kept. */
  realTime?: Clock;
}

/** The metrics of one engine process, for `/metrics`. `docs/monitoring.md` says what each is for. */
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new Histogram({
    name: 'blueticks_http_request_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.registry],
  });

  readonly lanes = new LaneMetrics(this.registry);
  readonly events = new EventMetrics(this.registry);
  private readonly backlog: BacklogGauges;
  private readonly disk: DiskGauges;
  private readonly tables: TableGauges;
  private readonly text: KeptAnswer<string>;
  private watchedLanes: () => readonly WatchedLane[] = () => [];

  constructor({ database, dataDir, clock, realTime = systemClock }: MetricsOptions) {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'blueticks_build_info',
      help: 'The version of the engine; always 1',
      labelNames: ['version'],
      registers: [this.registry],
    }).set({ version: VERSION }, 1);
    this.backlog = new BacklogGauges(this.registry, database, clock, realTime);
    this.disk = new DiskGauges(this.registry, dataDir, realTime);
    this.tables = new TableGauges(this.registry, database, realTime);
    this.text = new KeptAnswer(realTime, { forMs: TEXT_MS }, () => this.write());
  }

  /** From now on, `/metrics` shows these lanes too. */
  watchLanes(watched: () => readonly WatchedLane[]): void {
    this.watchedLanes = watched;
  }

  /** The page for Prometheus. Made once for all who ask within a second, however many they are. */
  page(): Promise<string> {
    return this.text.get();
  }

  private async write(): Promise<string> {
    const [isUp] = await Promise.all([this.backlog.refresh(), this.disk.refresh()]);
    // A database that does not answer is not asked more.
    await this.tables.refresh(isUp);
    this.lanes.show(this.watchedLanes(), this.backlog.labelOf);
    return this.registry.metrics();
  }
}
