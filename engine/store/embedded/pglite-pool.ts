import { EventEmitter } from 'node:events';
import { TurnQueue } from '../../async/turn-queue';
import type { Pool, PoolClient, Statement, StatementResult } from '../sql/database';
import type { DiskRoom } from './disk-room';
import { PgliteStatements } from './pglite-statements';
import type { PgliteThread } from './pglite-thread';
import { mayWrite } from './may-write';

type Query = string | { text: string; values?: unknown[] };

/**
 * Looks like a `pg.Pool`, but all its clients share PGlite's only connection. A client acquires it for each statement,
 * and keeps it while it has a transaction open, so that no other client's statement gets into the transaction.
 *
 * Differences from `pg`: the number of clients has no limit, session settings (`SET`, `application_name`) hold for all
 * clients, and releasing a client inside a transaction rolls the transaction back.
 */
export class PglitePool extends EventEmitter implements Pool {
  private readonly connection = new TurnQueue();
  private readonly statements: PgliteStatements;
  private readonly subscribers = new Map<string, Set<PgliteClient>>();
  private ending: Promise<void> | undefined;

  /** @param room absent if everything is in memory. */
  constructor(
    private readonly thread: PgliteThread,
    private readonly room?: DiskRoom,
  ) {
    super();
    this.statements = new PgliteStatements(thread, (channel, payload) => this.notify(channel, payload));
  }

  async connect(): Promise<PoolClient> {
    this.refuseWhenEnded();
    return new PgliteClient(this);
  }

  async query(statement: Query, values?: unknown[]): Promise<StatementResult> {
    const client = new PgliteClient(this);
    try {
      return await client.query(statement, values);
    } finally {
      client.release();
    }
  }

  /** Waits for running statements and open transactions, then closes PGlite. */
  end(): Promise<void> {
    this.ending ??= this.connection.acquire().then(async () => {
      // The connection is never released again: those that still wait for it get an error.
      this.connection.close(endedError());
      await this.thread.close();
    });
    return this.ending;
  }

  /** Waits for the connection. @returns a function that releases it. */
  acquire(): Promise<() => void> {
    this.refuseWhenEnded();
    return this.connection.acquire();
  }

  /**
   * Rejects all that wait for the connection, if its holder waits for room on the disk: nothing of theirs was begun.
   * Looked at from time to time.
   */
  refuseWaiting(): void {
    if (this.room?.isFull) this.connection.close(this.room.error());
  }

  /** @throws DiskFull instead of letting PostgreSQL write without room on the disk */
  refuseWithoutRoom(statements: readonly Statement[]): void {
    const { room } = this;
    if (room?.isFull || (room?.isShort && statements.some(({ text }) => mayWrite(text)))) throw room.error();
  }

  /** Only for the client that holds the connection. */
  async run(statements: readonly Statement[]): Promise<(StatementResult | Error)[]> {
    const outcomes = await this.statements.run(statements);
    return this.room
      ? outcomes.map((outcome) => (isDiskFull(outcome) ? this.room!.error() : outcome))
      : outcomes;
  }

  /** Only for the client that holds the connection. */
  inTransaction(): boolean {
    return this.statements.inTransaction;
  }

  /** Resolves when what was committed so far is on the disk. */
  committed(): Promise<void> {
    return this.thread.committed();
  }

  subscribe(channel: string, client: PgliteClient): void {
    const clients = this.subscribers.get(channel) ?? new Set();
    this.subscribers.set(channel, clients.add(client));
  }

  /** The connection itself goes on listening: an unread notification costs less than an UNLISTEN. */
  unsubscribe(client: PgliteClient, channel?: string): void {
    if (channel !== undefined) this.subscribers.get(channel)?.delete(client);
    else for (const clients of this.subscribers.values()) clients.delete(client);
  }

  private notify(channel: string, payload: string): void {
    for (const client of this.subscribers.get(channel) ?? [])
      client.emit('notification', { channel, payload });
  }

  private refuseWhenEnded(): void {
    if (this.ending) throw endedError();
  }
}

// The text is pg-pool's: BullMQ looks for it.
function endedError(): Error {
  return new Error('Cannot use a pool after calling end on the pool');
}

class PgliteClient extends EventEmitter implements PoolClient {
  private order: Promise<unknown> = Promise.resolve();
  /** Releases the connection; undefined while another client may hold it. */
  private held: (() => void) | undefined;
  private released = false;

  constructor(private readonly pool: PglitePool) {
    super();
  }

  /** The statements of one client run in the order of the calls. */
  async query(query: Query, values?: unknown[]): Promise<StatementResult> {
    const text = typeof query === 'string' ? query : query.text;
    const given = values ?? (typeof query === 'string' ? [] : (query.values ?? []));
    const [result] = await this.queryTogether([{ text, values: given }]);
    return result!;
  }

  queryTogether(statements: readonly Statement[]): Promise<StatementResult[]> {
    if (this.released) return Promise.reject(new Error('This database client was released. Connect again.'));
    const answer = this.order.then(() => this.acquireAndRun(statements));
    this.order = answer.catch(() => undefined);
    return answer;
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    this.pool.unsubscribe(this);
    void this.order.then(() => this.rollBackWhatIsOpen());
  }

  private async acquireAndRun(statements: readonly Statement[]): Promise<StatementResult[]> {
    const outcomes = await this.runInTurn(statements);
    // Others have the connection by now, and their commits share the wait. A query waits too: it may have read what was
    // committed just before. Inside a transaction nothing leaves the engine, so nothing waits.
    if (!this.held) await this.pool.committed();
    return outcomes.map((outcome, index) => {
      if (outcome instanceof Error) throw outcome;
      this.followSubscriptions(outcome.command, statements[index]!.text);
      return outcome;
    });
  }

  private async runInTurn(statements: readonly Statement[]): Promise<(StatementResult | Error)[]> {
    this.pool.refuseWithoutRoom(statements);
    this.held ??= await this.pool.acquire();
    try {
      this.pool.refuseWithoutRoom(statements);
      return await this.pool.run(statements);
    } finally {
      if (!this.pool.inTransaction()) this.releaseConnection();
    }
  }

  private followSubscriptions(command: string, text: string): void {
    if (command !== 'LISTEN' && command !== 'UNLISTEN') return;
    const channel = channelOf(text);
    if (command === 'LISTEN' && channel !== undefined) this.pool.subscribe(channel, this);
    else this.pool.unsubscribe(this, channel);
  }

  private async rollBackWhatIsOpen(): Promise<void> {
    if (!this.held) return;
    try {
      await this.pool.run([{ text: 'ROLLBACK', values: [] }]);
    } catch (error) {
      this.pool.emit('error', error);
    } finally {
      this.releaseConnection();
    }
  }

  private releaseConnection(): void {
    this.held?.();
    this.held = undefined;
  }
}

/** PostgreSQL could not make a file larger. The statement did nothing. */
function isDiskFull(outcome: StatementResult | Error): boolean {
  return outcome instanceof Error && (outcome as { code?: string }).code === '53100';
}

/** The channel of a LISTEN or UNLISTEN, in the form that notifications use; undefined for `UNLISTEN *`. */
function channelOf(text: string): string | undefined {
  const found = /^\s*(?:UN)?LISTEN\s+(?:"((?:[^"]|"")+)"|([^\s;*]+))/im.exec(text);
  return found?.[1]?.replace(/""/g, '"') ?? found?.[2]?.toLowerCase();
}
