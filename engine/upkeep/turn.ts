import { randomUUID } from 'node:crypto';
import type { Clock } from '../async/clock';
import type { Sql } from '../store/sql/database';
import { endTurn, takeTurn } from '../store/tables/upkeep-turns';

const TURN_MS = 5 * 60_000;

/** A job that one of several processes does at a time. Another one may take over 5 minutes after a process has died. */
export class Turn {
  private readonly holder = randomUUID();
  /** Epoch milliseconds. */
  private since = 0;

  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly job: string,
  ) {}

  /** @returns false if it is not time for the job, or another process has the turn */
  take(): Promise<boolean> {
    this.since = this.clock.now();
    return takeTurn(this.sql, this.job, this.holder, new Date(this.since), new Date(this.since + TURN_MS));
  }

  /** Keeps the turn. To be called often during a long job. */
  async keep(): Promise<void> {
    if (this.clock.now() - this.since > TURN_MS / 2) await this.take();
  }

  /** @param nextAt when the job is to be done again, epoch milliseconds; null: as soon as somebody can */
  end(nextAt: number | null): Promise<void> {
    return endTurn(this.sql, this.job, this.holder, nextAt === null ? null : new Date(nextAt));
  }
}
