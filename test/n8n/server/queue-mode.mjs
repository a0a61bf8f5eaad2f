import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, N8nProcess } from './n8n-process.mjs';
import { N8nServer } from './n8n-server.mjs';
import { installServers, startPostgresServer, startRedisServer } from './typescript-servers.mjs';

/**
 * n8n in queue mode: a main process, a webhook process and a worker, on PostgreSQL and Redis. Each has its own user
 * folder, as on separate machines.
 */
export class QueueMode {
  /** `packageFolder` is where another n8n has the package: `<user folder>/.n8n/nodes`. */
  constructor(paths, folder, packageFolder) {
    Object.assign(this, { paths, folder, packageFolder, stops: [] });
  }

  async start() {
    await installServers('postgres', 'redis');
    this.postgres = await startPostgresServer();
    this.stops.unshift(() => this.postgres.stop());
    this.redis = await startRedisServer();
    this.stops.unshift(() => this.redis.stop());
    // All of them give the engine the URL of the main process, as they would that of a proxy in front of them.
    const port = await freePort();
    this.address = `http://127.0.0.1:${port}/`;
    this.main = this.make(N8nServer, 'main');
    this.main.port = port;
    await this.run(this.main);
    await this.main.setUpOwner();
    this.worker = this.make(N8nProcess, 'worker', ['worker', '--concurrency=5']);
    this.worker.port = await freePort();
    this.worker.settings.QUEUE_HEALTH_CHECK_PORT = String(this.worker.port);
    this.webhooks = this.make(N8nProcess, 'webhooks', ['webhook']);
    await Promise.all([this.run(this.worker), this.run(this.webhooks)]);
  }

  make(Kind, name, command = ['start']) {
    const userFolder = join(this.folder, name);
    mkdirSync(join(userFolder, '.n8n'), { recursive: true });
    cpSync(this.packageFolder, join(userFolder, '.n8n', 'nodes'), { recursive: true });
    return new Kind(this.paths, userFolder, { command, settings: this.settings() });
  }

  async run(n8n) {
    this.stops.unshift(() => n8n.stop());
    await n8n.start();
  }

  settings() {
    const [database, redis] = [new URL(this.postgres.url), new URL(this.redis.url)];
    return {
      EXECUTIONS_MODE: 'queue',
      WEBHOOK_URL: this.address,
      OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
      QUEUE_HEALTH_CHECK_ACTIVE: 'true',
      QUEUE_BULL_REDIS_HOST: redis.hostname,
      QUEUE_BULL_REDIS_PORT: redis.port,
      DB_TYPE: 'postgresdb',
      DB_POSTGRESDB_HOST: database.hostname,
      DB_POSTGRESDB_PORT: database.port,
      DB_POSTGRESDB_USER: database.username,
      DB_POSTGRESDB_DATABASE: database.pathname.slice(1),
    };
  }

  /** Whether the worker ran this execution. */
  ranOnWorker(executionId) {
    return this.worker.log().includes(`Worker started execution ${executionId} `);
  }

  lastLines() {
    return [this.main, this.worker, this.webhooks]
      .filter(Boolean)
      .map((n8n) => `--- ${n8n.command[0]}\n${n8n.lastLines()}`)
      .join('\n');
  }

  async stop() {
    for (const stop of this.stops.splice(0)) await stop();
  }
}
