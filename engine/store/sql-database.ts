import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database, Pool, Transaction } from './database';
import { clientError } from './database-errors';
import { RollbackFailed, runTransaction } from './sql-transaction';

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

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
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
