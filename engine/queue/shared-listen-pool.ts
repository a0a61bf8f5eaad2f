import { EventEmitter } from 'node:events';
import type { Pool, PoolClient } from '../store/sql/database';

type Statement = Parameters<PoolClient['query']>[0];
type Result = Awaited<ReturnType<PoolClient['query']>>;

/**
 * The `pg.Pool` for BullMQ, which opens a LISTEN connection for each worker. Here all workers of this process share
 * one, so that the pool size does not limit the number of lanes.
 *
 * Its clients run single statements only. BullMQ's migrations, which need a transaction, use the real pool.
 */
export class SharedListenPool extends EventEmitter implements Pool {
  /** BullMQ reads this: with keep-alive an idle worker waits for up to an hour instead of ten seconds. */
  readonly options = { keepAlive: true };
  private readonly clients = new Set<SharedClient>();
  private readonly channels = new Set<string>();
  private listener: Promise<PoolClient> | undefined;
  /** Connections that were released. Their later events are ignored. */
  private readonly released = new WeakSet<PoolClient>();

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

  /** Releases the connection for LISTEN. The real pool belongs to the database. */
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

  /** On the error, BullMQ's workers connect and listen again. */
  private dropListener(client: PoolClient, error: Error): void {
    if (this.released.has(client)) return;
    this.listener = undefined;
    this.channels.clear();
    this.release(client, error);
    this.tellAll('error', error);
  }

  private async stopListening(): Promise<void> {
    const listener = this.listener;
    this.listener = undefined;
    this.channels.clear();
    // Destroy the connection, so that its next user does not inherit the subscriptions.
    const client = await listener?.catch(() => undefined);
    if (client && !this.released.has(client)) this.release(client, true);
  }

  /** Only once, because the pool throws the second time, and a connection can emit an error while it closes. */
  private release(client: PoolClient, reason: Error | true): void {
    this.released.add(client);
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
    // This would name an arbitrary free connection, which is useless.
    if (text.includes("set_config('application_name'")) return { rows: [], rowCount: 0 };
    return this.pool.query(statement, values);
  }

  release(): void {
    this.removeAllListeners();
    void this.pool.forget(this);
  }
}
