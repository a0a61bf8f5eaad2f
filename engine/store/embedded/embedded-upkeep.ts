import type { Log } from '../../domain/log';
import type { Pool } from '../sql/database';

const ROUND_MS = 60_000;
/** The most log to replay after a crash: one file, well under a second. */
const CHECKPOINT_BYTES = 16 * 1024 * 1024;
/** The rule of PostgreSQL's autovacuum, with a threshold for small tables. */
const DEAD_ROWS_THRESHOLD = 500;
const DEAD_ROWS_SHARE = 0.2;
/** Changed rows after which a table is another one for the planner: about twice as large, or replaced. */
const CHANGED_ROWS_THRESHOLD = 1000;
const CHANGED_ROWS_SHARE = 0.5;

/**
 * PGlite is PostgreSQL in single-user mode, without background processes: no checkpoints (the write-ahead log would grow
 * forever), no vacuum (the tables would grow too) and no statistics (a statement that was planned while its table was
 * small would read all of it forever). This does all three, a little at a time.
 */
export class EmbeddedUpkeep {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private checkpointAt: string | undefined;
  private copies = 0;

  constructor(
    private readonly pool: Pool,
    private readonly log: Log,
  ) {}

  start(): void {
    this.timer = setInterval(() => (this.round = this.round.then(() => this.run())), ROUND_MS);
    this.timer.unref();
  }

  /** Resolves when the last round has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
  }

  /** After a checkpoint, PostgreSQL uses the files of its log again, or removes them. */
  makeRoom(): void {
    this.round = this.round.then(() => this.tryTo(() => this.checkpoint()));
  }

  /** One round. An error is logged, and the next round tries again. */
  run(): Promise<void> {
    return this.tryTo(async () => {
      await this.vacuumOneTable();
      await this.analyzeOneTable();
      await this.checkpointWhenDue();
    });
  }

  private async tryTo(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.log.warn(
        { error: (error as Error).message },
        'Vacuum, analysis or checkpoint of the embedded database failed',
      );
    }
  }

  /** Only the table with the most dead rows: this holds the only connection while it runs. */
  private async vacuumOneTable(): Promise<void> {
    const { rows } = await this.pool.query(
      `SELECT format('%I.%I', schemaname, relname) AS name FROM pg_stat_user_tables
       WHERE n_dead_tup > $1 + $2::float * n_live_tup ORDER BY n_dead_tup DESC LIMIT 1`,
      [DEAD_ROWS_THRESHOLD, DEAD_ROWS_SHARE],
    );
    if (rows[0]) await this.pool.query(`VACUUM (ANALYZE) ${String(rows[0].name)}`);
  }

  /** Only the table that has changed most. Its statements are then planned again. */
  private async analyzeOneTable(): Promise<void> {
    const { rows } = await this.pool.query(
      `SELECT format('%I.%I', schemaname, relname) AS name FROM pg_stat_user_tables
       WHERE n_mod_since_analyze > $1 + $2::float * n_live_tup ORDER BY n_mod_since_analyze DESC LIMIT 1`,
      [CHANGED_ROWS_THRESHOLD, CHANGED_ROWS_SHARE],
    );
    if (rows[0]) await this.pool.query(`ANALYZE ${String(rows[0].name)}`);
  }

  /** Does `work` while no checkpoint is written: the log of that time stays. See `copyCluster`. */
  async withoutCheckpoints<T>(work: () => Promise<T>): Promise<T> {
    this.copies += 1;
    try {
      await this.round;
      return await work();
    } finally {
      this.copies -= 1;
    }
  }

  private async checkpointWhenDue(): Promise<void> {
    if (this.copies > 0) return;
    const { rows } = await this.pool.query(
      "SELECT pg_current_wal_lsn() - COALESCE($1, '0/0')::pg_lsn > $2 AS due",
      [this.checkpointAt, CHECKPOINT_BYTES],
    );
    if (rows[0]?.due) await this.checkpoint();
  }

  private async checkpoint(): Promise<void> {
    await this.pool.query('CHECKPOINT');
    const { rows } = await this.pool.query('SELECT pg_current_wal_lsn()::text AS here');
    this.checkpointAt = String(rows[0]?.['here']);
  }
}
