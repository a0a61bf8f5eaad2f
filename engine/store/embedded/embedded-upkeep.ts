import type { Log } from '../../domain/log';
import type { Pool } from '../sql/database';

const ROUND_MS = 60_000;
/** What a start after a kill has to replay, at most: one file of the write-ahead log, well under a second's work. */
const CHECKPOINT_BYTES = 16 * 1024 * 1024;
/** The same rule by which PostgreSQL's autovacuum chooses, with a floor that fits small tables. */
const DEAD_ROWS_FLOOR = 500;
const DEAD_ROWS_SHARE = 0.2;

/**
 * PGlite is PostgreSQL in single-user mode, which has no background processes: nothing makes checkpoints (the
 * write-ahead log would grow for ever) and nothing vacuums (so would the tables). This does both, a little at a time.
 */
export class EmbeddedUpkeep {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private checkpointAt: string | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly log: Log,
  ) {}

  start(): void {
    this.timer = setInterval(() => (this.round = this.round.then(() => this.run())), ROUND_MS);
    this.timer.unref();
  }

  /** Resolves when no round runs any more. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
  }

  /** One round; a fault is logged, and the next round tries again. */
  async run(): Promise<void> {
    try {
      await this.vacuumOneTable();
      await this.checkpointWhenDue();
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'The upkeep of the embedded database failed');
    }
  }

  /** One a round, the worst: it holds the only connection while it works. */
  private async vacuumOneTable(): Promise<void> {
    const { rows } = await this.pool.query(
      `SELECT format('%I.%I', schemaname, relname) AS name FROM pg_stat_user_tables
       WHERE n_dead_tup > $1 + $2::float * n_live_tup ORDER BY n_dead_tup DESC LIMIT 1`,
      [DEAD_ROWS_FLOOR, DEAD_ROWS_SHARE],
    );
    if (rows[0]) await this.pool.query(`VACUUM (ANALYZE) ${String(rows[0].name)}`);
  }

  private async checkpointWhenDue(): Promise<void> {
    const { rows } = await this.pool.query(
      "SELECT pg_current_wal_lsn()::text AS here, pg_current_wal_lsn() - COALESCE($1, '0/0')::pg_lsn > $2 AS due",
      [this.checkpointAt, CHECKPOINT_BYTES],
    );
    if (!rows[0]?.due) return;
    await this.pool.query('CHECKPOINT');
    this.checkpointAt = String(rows[0].here);
  }
}
