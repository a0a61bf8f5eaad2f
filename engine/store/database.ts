/** Anything that runs SQL: the database itself, or one transaction of it. Rows come as plain objects. */
export interface Sql {
  /**
   * @param text SQL with `$1…` placeholders.
   * @param params Dates, strings, numbers, booleans, Buffers, arrays of those, or null. JSON goes in as a string.
   */
  query<Row = Record<string, unknown>>(text: string, params?: readonly unknown[]): Promise<Row[]>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as EventEmitter has it, or pg's own pool would not fit
type Listener = (...args: any[]) => void;

/** The part of `pg.Client` that BullMQ and we use. */
export interface PoolClient {
  query(
    text: string | { text: string; values?: unknown[] },
    values?: unknown[],
  ): Promise<{ rows: Record<string, unknown>[]; rowCount: number | null }>;
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
  ): Promise<{ rows: Record<string, unknown>[]; rowCount: number | null }>;
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
  transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
