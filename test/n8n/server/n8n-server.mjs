import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { until } from './until.mjs';

const OWNER = { email: 'owner@example.com', firstName: 'Own', lastName: 'Er', password: 'Password-1234' };

/** A real n8n server in a folder of its own, and its REST API as the editor uses it. */
export class N8nServer {
  constructor(paths, userFolder) {
    this.paths = paths;
    this.userFolder = userFolder;
    this.logFile = join(userFolder, 'n8n.log');
    this.cookie = '';
    this.flatted = createRequire(join(paths.n8n, 'package.json'))('flatted');
  }

  async start() {
    this.port ??= await freePort();
    this.brokerPort ??= await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    const log = createWriteStream(this.logFile, { flags: 'a' });
    this.child = spawn(this.paths.node, [join(this.paths.n8n, 'bin', 'n8n'), 'start'], {
      cwd: this.userFolder,
      env: this.environment(),
    });
    this.child.stdout.pipe(log);
    this.child.stderr.pipe(log);
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
    await until('n8n is ready', () => this.answers('/healthz/readiness'), 120_000);
    await until('the editor is ready', () => this.answers('/rest/settings'), 60_000);
  }

  async stop() {
    if (!this.child || this.child.exitCode !== null) return;
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), 30_000);
    await this.exited;
    clearTimeout(late);
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
      // Activation then answers after the trigger has registered, with its error where that failed.
      N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'false',
      GENERIC_TIMEZONE: 'Europe/Rome',
      // Slow enough for an execution to be parked before the sandbox answers its question.
      BLUETICKS_SANDBOX_SPEED: '4',
      BLUETICKS_PACING: 'off',
    };
  }

  async answers(path) {
    return await fetch(`${this.url}${path}`).then(
      (response) => response.ok,
      () => false,
    );
  }

  async setUpOwner() {
    await this.rest('POST', '/rest/owner/setup', OWNER);
    await this.rest('POST', '/rest/login', { emailOrLdapLoginId: OWNER.email, password: OWNER.password });
  }

  /** One call of n8n's internal API; answers its `data`. */
  async rest(method, path, body) {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        'browser-id': 'ci',
        cookie: this.cookie,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const cookie = /n8n-auth=[^;]+/.exec(response.headers.get('set-cookie') ?? '');
    if (cookie) this.cookie = cookie[0];
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`);
    const answer = JSON.parse(text);
    return answer.data ?? answer;
  }

  async createCredential(name, data) {
    return await this.rest('POST', '/rest/credentials', { name, type: 'blueticksApi', data });
  }

  /** What the credential dialog shows on "Test": `{status, message}`. */
  async testCredential(data) {
    const credentials = { id: '', name: 'Test', type: 'blueticksApi', data };
    return await this.rest('POST', '/rest/credentials/test', { credentials });
  }

  async createWorkflow(name, nodes, connections) {
    return await this.rest('POST', '/rest/workflows', {
      name,
      nodes,
      connections,
      settings: { executionOrder: 'v1' },
    });
  }

  async activate({ id, versionId }) {
    return await this.rest('POST', `/rest/workflows/${id}/activate`, { versionId });
  }

  async deactivate({ id }) {
    return await this.rest('POST', `/rest/workflows/${id}/deactivate`, {});
  }

  async run({ id }, nodeName) {
    return await this.rest('POST', `/rest/workflows/${id}/run`, { triggerToStartFrom: { name: nodeName } });
  }

  /** Executions of a workflow, newest first. */
  async executions({ id }) {
    const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
    return (await this.rest('GET', `/rest/executions?filter=${filter}`)).results;
  }

  async statusOf(executionId) {
    return (await this.rest('GET', `/rest/executions/${executionId}`)).status;
  }

  /** What a field with a list to choose from offers. */
  async choices(credential, methodName, currentNodeParameters) {
    const { results } = await this.rest('POST', '/rest/dynamic-node-parameters/resource-locator-results', {
      nodeTypeAndVersion: { name: 'n8n-nodes-blueticks.blueticks', version: 1 },
      path: 'parameters.any',
      methodName,
      currentNodeParameters,
      credentials: { blueticksApi: { id: credential.id, name: credential.name } },
    });
    return results;
  }

  /** A finished execution: its status, its error, and each node's output items. */
  async finished(executionId, timeoutMs = 30_000) {
    const execution = await until(
      `execution ${executionId} ends`,
      async () => {
        const found = await this.rest('GET', `/rest/executions/${executionId}`);
        return ['success', 'error', 'crashed', 'canceled'].includes(found.status) ? found : undefined;
      },
      timeoutMs,
    );
    const { resultData } = this.flatted.parse(execution.data);
    const output = Object.fromEntries(
      Object.entries(resultData.runData).map(([node, runs]) => [
        node,
        (runs.at(-1).data?.main?.[0] ?? []).map(({ json }) => json),
      ]),
    );
    return { status: execution.status, mode: execution.mode, error: resultData.error, output };
  }

  lastLines() {
    if (!existsSync(this.logFile)) return '';
    return readFileSync(this.logFile, 'utf8').split('\n').slice(-30).join('\n');
  }
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
