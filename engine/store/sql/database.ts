import type { Room } from './room';

/** Anything that runs SQL: the database, or one transaction. Rows are plain objects. */
export interface Sql {
  /**
   * @param text SQL with `$1…` placeholders.
   * @param params Dates, strings, numbers, booleans, Buffers, arrays of those, or null. Pass JSON as a string.
   */
  query<Row = Record<string, unknown>>(text: string, params?: readonly unknown[]): Promise<Row[]>;
}

/** One transaction of a database. */
export interface Transaction extends Sql {
  /**
   * A statement whose result the transaction does not need. It goes out with the next query, or with the commit, which
   * saves the embedded database a trip. If it fails, that query or the commit fails with its error.
   * @param onRows called with its rows, before the transaction resolves.
   */
  write<Row = Record<string, unknown>>(
    text: string,
    params?: readonly unknown[],
    onRows?: (rows: Row[]) => void,
  ): void;
}

/** One statement, with the values of its placeholders. */
export interface Statement {
  text: string;
  values: readonly unknown[];
}

/** The part of `pg`'s result that BullMQ and we use. */
export interface StatementResult {
  command: string;
  rows: Record<string, unknown>[];
  rowCount: number | null;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as in EventEmitter, or pg's own pool would not fit
type Listener = (...args: any[]) => void;

/** The part of `pg.Client` that BullMQ and we use. */
export interface PoolClient {
  query(
    text: string | { text: string; values?: unknown[] },
    values?: unknown[],
  ): Promise<Pick<StatementResult, 'rows' | 'rowCount'>>;
  /**
   * On the embedded database only: several statements in one trip, in their order.
   * @returns a result for each. @throws the first error; inside a transaction the statements after it did nothing.
   */
  queryTogether?(statements: readonly Statement[]): Promise<StatementResult[]>;
  release(error?: Error | boolean): void;
  on(event: string, listener: Listener): this;
  removeListener(event: string, listener: Listener): this;
}

/** `pg.Pool`, or our own pool over PGlite. */
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
  /** `embedded`: PGlite in the data folder, used by this process only. `server`: PostgreSQL, which may be shared. */
  readonly kind: 'embedded' | 'server';
  /** For BullMQ's PostgreSQL backend. The `search_path` holds our schema and BullMQ's. */
  readonly pool: Pool;
  /**
   * Resolves, with the reason, when an embedded database is no longer usable: its folder is gone or belongs to another
   * process, or PGlite has stopped. What this process writes is lost, so it must stop at once.
   */
  readonly lost: Promise<Error>;
  /** The room on the disk that the database is on. */
  readonly room: Room;
  /** Call once, before the first query. */
  open(): Promise<void>;
  /**
   * Runs `work` in one transaction. Commits if it resolves, rolls back if it rejects. If PostgreSQL ends the transaction
   * because of a deadlock, `work` runs again, up to five times: it must do nothing that a rollback does not undo.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * On the embedded database only: copies its files into the new folder `to`, while it is used. Opened, the copy holds all
   * that was committed at one moment during the call.
   * @throws the system's error, such as ENOSPC
   */
  copyTo?(to: string): Promise<void>;
  /** Runs `work` on the same database with connections whose statements may take any time: for migrations and copies. */
  withoutLimit<T>(work: (database: Database) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
