import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database, Pool, PoolClient, Sql } from './database';
import { clientError } from './database-errors';

/** The database over either pool: rows instead of results, transactions, and errors that people can read. */
export class SqlDatabase implements Database {
  readonly lost: Promise<Error>;
  private closed: Promise<void> | undefined;
  private readonly current = new AsyncLocalStorage<{ open: boolean }>();

  constructor(
    readonly kind: Database['kind'],
    readonly pool: Pool,
    private readonly life: Partial<Pick<Database, 'open' | 'close' | 'lost'>> = {},
  ) {
    this.lost = life.lost ?? new Promise(() => undefined);
  }

  async open(): Promise<void> {
    await this.life.open?.();
  }

  async query<Row = Record<string, unknown>>(text: string, params?: readonly unknown[]): Promise<Row[]> {
    this.refuseInsideTransaction();
    try {
      return (await this.pool.query(text, params && [...params])).rows as Row[];
    } catch (error) {
      throw clientError(error);
    }
  }

  async transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    this.refuseInsideTransaction();
    const client = await this.pool.connect().catch((error: unknown) => {
      throw clientError(error);
    });
    const state = { open: true };
    let broken: Error | undefined;
    // Without a listener a connection that drops between two statements would end the process.
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    try {
      return await this.current.run(state, () => runTransaction(client, work));
    } catch (error) {
      if (error instanceof RollbackFailed) broken = error;
      throw clientError(error instanceof RollbackFailed ? error.cause : error);
    } finally {
      state.open = false;
      client.removeListener('error', onError);
      client.release(broken);
    }
  }

  close(): Promise<void> {
    return (this.closed ??= this.life.close ? this.life.close() : this.pool.end());
  }

  /**
   * A query on the database itself while its caller's transaction is open would wait for that transaction for ever on
   * the embedded database, and miss its changes on a server.
   */
  private refuseInsideTransaction(): void {
    if (this.current.getStore()?.open) {
      throw new Error(
        'The database was queried inside a transaction: use the transaction that was handed in.',
      );
    }
  }
}

async function runTransaction<T>(client: PoolClient, work: (tx: Sql) => Promise<T>): Promise<T> {
  let failure: { error: unknown } | undefined;
  const tx: Sql = {
    async query<Row>(text: string, params?: readonly unknown[]) {
      try {
        const { rows } = await client.query(text, params && [...params]);
        failure = undefined;
        return rows as Row[];
      } catch (error) {
        failure = { error };
        throw clientError(error);
      }
    },
  };
  await client.query('BEGIN');
  try {
    const result = await work(tx);
    // PostgreSQL answers a COMMIT after a failed statement with a silent ROLLBACK: that must not look like success.
    if (failure) throw failure.error;
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      throw new RollbackFailed('ROLLBACK failed', { cause: error });
    });
    throw error;
  }
}

/** The connection may still be in its transaction: it must not go back to the pool. `cause` is what went wrong first. */
class RollbackFailed extends Error {}
