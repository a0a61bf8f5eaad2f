import { setTimeout } from 'node:timers/promises';
import type { Database, Pool, Transaction } from './database';
import { clientError, isConflict, stillInConflict } from './database-errors';
import { insideTransaction, refuseInsideTransaction } from './nested-query-guard';
import { UNKNOWN_ROOM, type Room } from './room';
import { RollbackFailed, runTransaction } from './sql-transaction';

/** How often a transaction runs that PostgreSQL ended because it was in conflict with another one. */
const MOST_ATTEMPTS = 5;
/** Times the number of attempts; by chance, so that the same two do not meet again. */
const LONGEST_PAUSE_MS = 50;

/** The database over either pool: gives rows instead of results, runs transactions, translates errors. */
export class SqlDatabase implements Database {
  readonly lost: Promise<Error>;
  readonly copyTo: Database['copyTo'];
  readonly room: Room;
  private closed: Promise<void> | undefined;

  constructor(
    readonly kind: Database['kind'],
    readonly pool: Pool,
    private readonly life: Partial<
      Pick<Database, 'open' | 'close' | 'lost' | 'room' | 'withoutLimit' | 'copyTo'>
    > = {},
  ) {
    this.lost = life.lost ?? new Promise(() => undefined);
    this.room = life.room ?? UNKNOWN_ROOM;
    this.copyTo = life.copyTo;
  }

  async open(): Promise<void> {
    await this.life.open?.();
  }

  async query<Row = Record<string, unknown>>(text: string, params?: readonly unknown[]): Promise<Row[]> {
    refuseInsideTransaction(this);
    try {
      return (await this.pool.query(text, params && [...params])).rows as Row[];
    } catch (error) {
      throw clientError(error);
    }
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (!isConflict(error)) throw error;
        if (attempt === MOST_ATTEMPTS) throw stillInConflict(error);
        await setTimeout(Math.random() * attempt * LONGEST_PAUSE_MS);
      }
    }
  }

  private async attempt<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    refuseInsideTransaction(this);
    const client = await this.pool.connect().catch((error: unknown) => {
      throw clientError(error);
    });
    let broken: Error | undefined;
    // Without a listener, a connection that drops between two statements would end the process.
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    try {
      return await insideTransaction(this, () => runTransaction(client, work));
    } catch (error) {
      if (error instanceof RollbackFailed) broken = error;
      throw clientError(error instanceof RollbackFailed ? error.cause : error);
    } finally {
      client.removeListener('error', onError);
      client.release(broken);
    }
  }

  withoutLimit<T>(work: (database: Database) => Promise<T>): Promise<T> {
    return this.life.withoutLimit ? this.life.withoutLimit(work) : work(this);
  }

  close(): Promise<void> {
    return (this.closed ??= this.life.close ? this.life.close() : this.pool.end());
  }
}
