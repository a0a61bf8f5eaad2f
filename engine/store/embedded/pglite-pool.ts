import { EventEmitter } from 'node:events';
import type { Pool, PoolClient, Statement, StatementResult } from '../sql/database';
import { PgliteStatements } from './pglite-statement';
import type { PgliteThread } from './pglite-thread';
import { TurnQueue } from '../../async/turn-queue';

type Asked = string | { text: string; values?: unknown[] };

/**
 * A `pg.Pool` look-alike over one PGlite, which has a single connection: its clients take turns. A client that
 * opens a transaction keeps the turn until the transaction ends, so that no other client's statement gets into it.
 *
 * What differs from `pg`: any number of clients, session settings (`SET`, `application_name`) are common to all,
 * and a client that is released inside a transaction is rolled back.
 */
export class PglitePool extends EventEmitter implements Pool {
  private readonly turns = new TurnQueue();
  private readonly statements: PgliteStatements;
  private readonly subscribers = new Map<string, Set<PgliteClient>>();
  private ending: Promise<void> | undefined;

  constructor(private readonly thread: PgliteThread) {
    super();
    this.statements = new PgliteStatements(thread, (channel, payload) => this.notify(channel, payload));
  }

  async connect(): Promise<PoolClient> {
    this.refuseWhenEnded();
    return new PgliteClient(this);
  }

  async query(statement: Asked, values?: unknown[]): Promise<StatementResult> {
    const client = new PgliteClient(this);
    try {
      return await client.query(statement, values);
    } finally {
      client.release();
    }
  }

  /** Lets running statements and open transactions end, then closes PGlite. */
  end(): Promise<void> {
    this.ending ??= this.turns.acquire().then(async () => {
      // The turn is never given back: whoever still waits for it is refused by `takeTurn`.
      this.turns.close(endedError());
      await this.thread.close();
    });
    return this.ending;
  }

  /** Waits for the single connection; the answer gives it back. */
  takeTurn(): Promise<() => void> {
    this.refuseWhenEnded();
    return this.turns.acquire();
  }

  /** Only for the client whose turn it is. */
  run(statements: readonly Statement[]): Promise<(StatementResult | Error)[]> {
    return this.statements.run(statements);
  }

  /** Only for the client whose turn it is. */
  inTransaction(): boolean {
    return this.statements.inTransaction;
  }

  subscribe(channel: string, client: PgliteClient): void {
    const clients = this.subscribers.get(channel) ?? new Set();
    this.subscribers.set(channel, clients.add(client));
  }

  /** The connection itself stays subscribed: an unheard notification costs less than a turn for UNLISTEN. */
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

// The same words as pg-pool's: BullMQ looks for them.
function endedError(): Error {
  return new Error('Cannot use a pool after calling end on the pool');
}

class PgliteClient extends EventEmitter implements PoolClient {
  private order: Promise<unknown> = Promise.resolve();
  private giveBackTurn: (() => void) | undefined;
  private released = false;

  constructor(private readonly pool: PglitePool) {
    super();
  }

  /** Statements of one client run in the order in which they were asked for. */
  async query(asked: Asked, values?: unknown[]): Promise<StatementResult> {
    const text = typeof asked === 'string' ? asked : asked.text;
    const given = values ?? (typeof asked === 'string' ? [] : (asked.values ?? []));
    const [result] = await this.queryTogether([{ text, values: given }]);
    return result!;
  }

  queryTogether(statements: readonly Statement[]): Promise<StatementResult[]> {
    if (this.released) return Promise.reject(new Error('This database client was released already.'));
    const answer = this.order.then(() => this.runInTurn(statements));
    this.order = answer.catch(() => undefined);
    return answer;
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    this.pool.unsubscribe(this);
    void this.order.then(() => this.rollBackWhatIsOpen());
  }

  private async runInTurn(statements: readonly Statement[]): Promise<StatementResult[]> {
    this.giveBackTurn ??= await this.pool.takeTurn();
    try {
      const outcomes = await this.pool.run(statements);
      return outcomes.map((outcome, index) => {
        if (outcome instanceof Error) throw outcome;
        this.followSubscriptions(outcome.command, statements[index]!.text);
        return outcome;
      });
    } finally {
      if (!this.pool.inTransaction()) this.endTurn();
    }
  }

  private followSubscriptions(command: string, text: string): void {
    if (command !== 'LISTEN' && command !== 'UNLISTEN') return;
    const channel = channelOf(text);
    if (command === 'LISTEN' && channel !== undefined) this.pool.subscribe(channel, this);
    else this.pool.unsubscribe(this, channel);
  }

  private async rollBackWhatIsOpen(): Promise<void> {
    if (!this.giveBackTurn) return;
    try {
      await this.pool.run([{ text: 'ROLLBACK', values: [] }]);
    } catch (error) {
      this.pool.emit('error', error);
    } finally {
      this.endTurn();
    }
  }

  private endTurn(): void {
    this.giveBackTurn?.();
    this.giveBackTurn = undefined;
  }
}

/** The channel of a LISTEN or UNLISTEN as notifications name it; undefined for `UNLISTEN *`. */
function channelOf(text: string): string | undefined {
  const found = /^\s*(?:UN)?LISTEN\s+(?:"((?:[^"]|"")+)"|([^\s;*]+))/im.exec(text);
  return found?.[1]?.replace(/""/g, '"') ?? found?.[2]?.toLowerCase();
}
