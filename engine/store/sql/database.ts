/** Anything that runs SQL: the database itself, or one transaction of it. Rows come as plain objects. */
export interface Sql {
  /**
   * @param text SQL with `$1…` placeholders.
   * @param params Dates, strings, numbers, booleans, Buffers, arrays of those, or null. JSON goes in as a string.
   */
  query<Row = Record<string, unknown>>(text: string, params?: readonly unknown[]): Promise<Row[]>;
}

/** One transaction of a database. */
export interface Transaction extends Sql {
  /**
   * A statement whose answer the transaction does not need. It goes out with the next query, or with the commit: on the
   * embedded database that is one way for both. Where it fails, the query or the commit fails as it did.
   * @param onRows hears its rows, before the transaction resolves.
   */
  write<Row = Record<string, unknown>>(
    text: string,
    params?: readonly unknown[],
    onRows?: (rows: Row[]) => void,
  ): void;
}

/** One statement and what stands for its placeholders. */
export interface Statement {
  text: string;
  values: readonly unknown[];
}

/** What `pg` answers for one statement, as far as BullMQ and we look at it. */
export interface StatementResult {
  command: string;
  rows: Record<string, unknown>[];
  rowCount: number | null;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as EventEmitter has it, or pg's own pool would not fit
type Listener = (...args: any[]) => void;

/** The part of `pg.Client` that BullMQ and we use. */
export interface PoolClient {
  query(
    text: string | { text: string; values?: unknown[] },
    values?: unknown[],
  ): Promise<Pick<StatementResult, 'rows' | 'rowCount'>>;
  /**
   * Only the embedded database's: several statements on one way, in their order.
   * @returns the results, one for each. @throws the first error; inside a transaction nothing after it was done.
   */
  queryTogether?(statements: readonly Statement[]): Promise<StatementResult[]>;
  release(error?: Error | boolean): void;
  on(event: string, listener: Listener): this;
  removeListener(event: string, listener: Listener): this;
}

/** `pg.Pool`, or our own pool over the embedded PGlite. */
export interface Pool {
  connect(): Promise<PoolClient>;
  query(
    text: string | { text: string; values?: unknown[] },
    values?: unknown[],
  ): Promise<Pick<StatementResult, 'rows' | 'rowCount'>>;
  end(): Promise<void>;
  on(event: string, listener: Listener): this;
}

export interface Database extends Sql {
  /** `embedded`: PGlite in the data folder, this process is its only user. `server`: PostgreSQL, shared. */
  readonly kind: 'embedded' | 'server';
  /** For BullMQ's PostgreSQL backend. Its `search_path` holds our schema and BullMQ's. */
  readonly pool: Pool;
  /**
   * Resolves, with the reason, when an embedded database cannot be worked on any more (its folder is gone or another
   * process's, or PGlite broke): what this process writes is lost, and it must stop at once.
   */
  readonly lost: Promise<Error>;
  /** Before the first query; once. */
  open(): Promise<void>;
  /** Runs `work` in one transaction: commits what it resolves, rolls back what it rejects. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
