import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { until } from './until.mjs';

/** One process of a real n8n (`n8n start`, `n8n worker`, …) with its own user folder. */
export class N8nProcess {
  /** `settings` are environment variables in addition to those of every n8n process here. */
  constructor(paths, userFolder, { command = ['start'], settings = {} } = {}) {
    this.paths = paths;
    this.userFolder = userFolder;
    this.command = command;
    this.settings = settings;
    this.logFile = join(userFolder, `n8n-${command[0]}.log`);
  }

  async start() {
    this.port ??= await freePort();
    this.brokerPort ??= await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    const log = createWriteStream(this.logFile, { flags: 'a' });
    this.child = spawn(this.paths.node, [join(this.paths.n8n, 'bin', 'n8n'), ...this.command], {
      cwd: this.userFolder,
      env: this.environment(),
    });
    this.child.stdout.pipe(log);
    this.child.stderr.pipe(log);
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
    await until(
      `n8n ${this.command[0]} is ready`,
      () => {
        if (this.hasEnded()) throw new Error(`n8n ended while it was starting:\n${this.lastLines()}`);
        return this.answers('/healthz/readiness');
      },
      120_000,
    );
  }

  async stop() {
    if (!this.child || this.hasEnded()) return;
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), 30_000);
    await this.exited;
    clearTimeout(late);
  }

  hasEnded() {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  environment() {
    return {
      PATH: `${dirname(this.paths.node)}${delimiter}${process.env.PATH}`,
      HOME: this.userFolder,
      N8N_USER_FOLDER: this.userFolder,
      N8N_LISTEN_ADDRESS: '127.0.0.1',
      N8N_HOST: '127.0.0.1',
      N8N_PORT: String(this.port),
      N8N_RUNNERS_BROKER_PORT: String(this.brokerPort),
      WEBHOOK_URL: `${this.url}/`,
      N8N_SECURE_COOKIE: 'false',
      N8N_ENCRYPTION_KEY: 'only-for-this-test',
      DB_TYPE: 'sqlite',
      N8N_DIAGNOSTICS_ENABLED: 'false',
      N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
      N8N_TEMPLATES_ENABLED: 'false',
      N8N_PERSONALIZATION_ENABLED: 'false',
      N8N_DISABLED_MODULES: 'mcp-registry,instance-ai,chat-hub,insights,agents',
      // Activation then answers only once the trigger has registered, with the error if that failed.
      N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'false',
      GENERIC_TIMEZONE: 'Europe/Rome',
      // Slow enough that an execution is waiting before the sandbox answers its question.
      BLUETICKS_SANDBOX_SPEED: '4',
      BLUETICKS_PACING: 'off',
      ...this.settings,
    };
  }

  async answers(path) {
    return await fetch(`${this.url}${path}`).then(
      (response) => response.ok,
      () => false,
    );
  }

  log() {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8') : '';
  }

  lastLines() {
    return this.log().split('\n').slice(-30).join('\n');
  }
}

/** A free port: `preferred` if it is free. */
export function freePort(preferred = 0) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) =>
      preferred && error.code === 'EADDRINUSE' ? resolve(freePort()) : reject(error),
    );
    server.listen(preferred, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
