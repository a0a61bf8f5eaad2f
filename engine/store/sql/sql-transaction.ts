import type { PoolClient, Statement, Transaction } from './database';
import { clientError, isUnanswered } from './database-errors';

/** The connection may still be in its transaction, so it must not go back to the pool. `cause` is the first error. */
export class RollbackFailed extends Error {}

/**
 * Runs `work` in one transaction on `client`. Commits if it resolves, rolls back if it rejects.
 * @throws the error of `work` or of a statement, or RollbackFailed.
 */
export async function runTransaction<T>(
  client: PoolClient,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const tx = new SqlTransaction(client);
  await client.query('BEGIN');
  try {
    const result = await work(tx);
    await tx.commit();
    return result;
  } catch (error) {
    tx.end();
    // Its connection is of no use any more, and would not answer this either.
    if (isUnanswered(error)) throw new RollbackFailed('The statement got no answer', { cause: error });
    await client.query('ROLLBACK').catch(() => {
      throw new RollbackFailed('ROLLBACK failed', { cause: error });
    });
    throw error;
  }
}

type Rows = Record<string, unknown>[];
type Write = Statement & { onRows?: (rows: Rows) => void };

class SqlTransaction implements Transaction {
  /** Writes that go out with the next statement. */
  private waiting: Write[] = [];
  private failure: { error: unknown } | undefined;
  private isOver = false;

  constructor(private readonly client: PoolClient) {}

  async query<Row>(text: string, params: readonly unknown[] = []): Promise<Row[]> {
    this.refuseWhenOver();
    try {
      const rows = await this.send({ text, values: params });
      this.failure = undefined;
      return rows as Row[];
    } catch (error) {
      this.failure = { error };
      throw clientError(error);
    }
  }

  write<Row>(text: string, params: readonly unknown[] = [], onRows?: (rows: Row[]) => void): void {
    this.refuseWhenOver();
    this.waiting.push({ text, values: params, onRows: onRows as Write['onRows'] });
  }

  async commit(): Promise<void> {
    this.end();
    // After a failed statement, PostgreSQL turns COMMIT into ROLLBACK without an error. That must not look like success.
    if (this.failure) throw this.failure.error;
    await this.send({ text: 'COMMIT', values: [] });
  }

  /** Refuses everything from now on. */
  end(): void {
    this.isOver = true;
  }

  /** A statement that was not awaited inside the transaction would be lost, or run outside it. */
  private refuseWhenOver(): void {
    if (this.isOver) throw new Error('The transaction is over. Await every statement inside it.');
  }

  private async send(statement: Statement): Promise<Rows> {
    const writes = this.waiting;
    if (writes.length === 0) return rowsOf(this.client, statement);
    this.waiting = [];
    const answers = await allRowsOf(this.client, [...writes, statement]);
    writes.forEach(({ onRows }, index) => onRows?.(answers[index]!));
    return answers.at(-1)!;
  }
}

async function allRowsOf(client: PoolClient, statements: Statement[]): Promise<Rows[]> {
  if (client.queryTogether) return (await client.queryTogether(statements)).map(({ rows }) => rows);
  const answers: Rows[] = [];
  for (const statement of statements) answers.push(await rowsOf(client, statement));
  return answers;
}

async function rowsOf(client: PoolClient, { text, values }: Statement): Promise<Rows> {
  return (await client.query(text, [...values])).rows;
}
