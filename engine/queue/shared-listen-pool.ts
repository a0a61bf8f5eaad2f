import { EventEmitter } from 'node:events';
import type { Pool, PoolClient } from '../store/sql/database';

type Statement = Parameters<PoolClient['query']>[0];
type Result = Awaited<ReturnType<PoolClient['query']>>;

/**
 * What BullMQ gets as its `pg.Pool`. BullMQ keeps one connection for LISTEN for each worker; here all workers of this
 * process share one, so that the number of worked lanes is not bound by the size of the pool.
 *
 * Its clients run single statements only: BullMQ's migrations, which are a transaction, go to the real pool.
 */
export class SharedListenPool extends EventEmitter implements Pool {
  /** BullMQ reads it: with keep-alive it lets an idle worker wait for up to an hour instead of ten seconds. */
  readonly options = { keepAlive: true };
  private readonly clients = new Set<SharedClient>();
  private readonly channels = new Set<string>();
  private listener: Promise<PoolClient> | undefined;
  /** Connections that were given back: what they still say concerns nobody. */
  private readonly gone = new WeakSet<PoolClient>();

  constructor(private readonly pool: Pool) {
    super();
    // Each of BullMQ's queues and workers adds a listener.
    this.setMaxListeners(0);
  }

  async connect(): Promise<PoolClient> {
    const client = new SharedClient(this);
    this.clients.add(client);
    return client;
  }

  query(statement: Statement, values?: unknown[]): Promise<Result> {
    return this.pool.query(statement, values);
  }

  /** The real pool belongs to the database; only the connection for LISTEN is given back. */
  async end(): Promise<void> {
    this.clients.clear();
    await this.stopListening();
  }

  async listen(statement: string, channel: string): Promise<Result> {
    this.listener ??= this.connectListener();
    const client = await this.listener;
    const known = this.channels.has(channel);
    this.channels.add(channel);
    return known ? { rows: [], rowCount: null } : client.query(statement);
  }

  async forget(client: SharedClient): Promise<void> {
    this.clients.delete(client);
    if (this.clients.size === 0) await this.stopListening();
  }

  private async connectListener(): Promise<PoolClient> {
    try {
      const client = await this.pool.connect();
      client.on('notification', (message: unknown) => this.tellAll('notification', message));
      client.on('error', (error: Error) => this.dropListener(client, error));
      return client;
    } catch (error) {
      this.listener = undefined;
      throw error;
    }
  }

  /** BullMQ's workers answer the error by connecting and listening again. */
  private dropListener(client: PoolClient, error: Error): void {
    if (this.gone.has(client)) return;
    this.listener = undefined;
    this.channels.clear();
    this.giveBack(client, error);
    this.tellAll('error', error);
  }

  private async stopListening(): Promise<void> {
    const listener = this.listener;
    this.listener = undefined;
    this.channels.clear();
    // Destroyed, not given back: the next borrower must not inherit its subscriptions.
    const client = await listener?.catch(() => undefined);
    if (client && !this.gone.has(client)) this.giveBack(client, true);
  }

  /** Once: the pool throws at a second time, and a connection that the server ends while it closes tells an error. */
  private giveBack(client: PoolClient, reason: Error | true): void {
    this.gone.add(client);
    client.release(reason);
  }

  private tellAll(event: 'notification' | 'error', message: unknown): void {
    for (const client of [...this.clients]) {
      if (client.listenerCount(event) > 0) client.emit(event, message);
    }
  }
}

class SharedClient extends EventEmitter implements PoolClient {
  constructor(private readonly pool: SharedListenPool) {
    super();
  }

  async query(statement: Statement, values?: unknown[]): Promise<Result> {
    const text = typeof statement === 'string' ? statement : statement.text;
    const channel = /^\s*LISTEN\s+(\w+)/im.exec(text)?.[1];
    if (channel !== undefined) return this.pool.listen(text, channel);
    // The name would go to whichever connection is free, and say nothing there.
    if (text.includes("set_config('application_name'")) return { rows: [], rowCount: 0 };
    return this.pool.query(statement, values);
  }

  release(): void {
    this.removeAllListeners();
    void this.pool.forget(this);
  }
}
