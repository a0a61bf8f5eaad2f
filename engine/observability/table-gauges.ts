import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../async/clock';
import { withDeadline } from '../async/deadline';
import { KeptAnswer } from '../async/kept-answer';
import type { Sql } from '../store/sql/database';
import { listTableSizes, type TableSize } from '../store/tables/table-sizes';

/** Sizes change slowly. */
const EVERY_MS = 60_000;
const DEADLINE_MS = 2_000;

/** What each table takes on the disk of the database. */
export class TableGauges {
  private readonly bytes: Gauge<'table'>;
  private readonly sizes: KeptAnswer<TableSize[]>;

  constructor(
    registry: Registry,
    sql: Sql,
    private readonly clock: Clock,
  ) {
    this.bytes = new Gauge({
      name: 'blueticks_table_bytes',
      help: 'What each table takes on the disk, with its indexes',
      labelNames: ['table'],
      registers: [registry],
    });
    this.sizes = new KeptAnswer(clock, { forMs: EVERY_MS }, () => listTableSizes(sql));
  }

  /** @param isUp whether the database answers; otherwise, and without an answer in time, there are the last values */
  async refresh(isUp: boolean): Promise<void> {
    const last = this.sizes.last ?? [];
    const sizes = isUp
      ? await withDeadline(this.clock, DEADLINE_MS, () => this.sizes.get()).catch(() => last)
      : last;
    this.bytes.reset();
    for (const { table, bytes } of sizes) this.bytes.set({ table }, bytes);
  }
}
