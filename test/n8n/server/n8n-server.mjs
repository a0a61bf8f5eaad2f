import { createRequire } from 'node:module';
import { join } from 'node:path';
import { N8nProcess } from './n8n-process.mjs';
import { until } from './until.mjs';

export const OWNER = {
  email: 'owner@example.com',
  firstName: 'Own',
  lastName: 'Er',
  password: 'Password-1234',
};

/** A real n8n server with its own folder, and its REST API as the editor uses it. */
export class N8nServer extends N8nProcess {
  constructor(paths, userFolder, options) {
    super(paths, userFolder, options);
    this.cookie = '';
    /** Which operations of the Blueticks node have run, as `message send`. */
    this.operations = new Set();
    this.flatted = createRequire(join(paths.n8n, 'package.json'))('flatted');
  }

  async start() {
    await super.start();
    await until('the editor is ready', () => this.answers('/rest/settings'), 60_000);
  }

  async setUpOwner() {
    await this.rest('POST', '/rest/owner/setup', OWNER);
    await this.logIn();
  }

  async logIn() {
    await this.rest('POST', '/rest/login', { emailOrLdapLoginId: OWNER.email, password: OWNER.password });
  }

  /** The descriptions of all nodes, as the editor gets them. */
  async nodeTypes() {
    return await this.rest('GET', '/types/nodes.json');
  }

  /** Calls n8n's internal API. Returns the `data` of the response. */
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

  async createCredential(name, data, type = 'blueticksApi') {
    return await this.rest('POST', '/rest/credentials', { name, type, data });
  }

  /** The result of "Test" in the credential dialog: `{status, message}`. */
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

  async changeWorkflow({ id }, nodes, connections) {
    return await this.rest('PATCH', `/rest/workflows/${id}?forceSave=true`, { nodes, connections });
  }

  /** What the nodes of a workflow remember between runs. */
  async staticData({ id }) {
    return (await this.rest('GET', `/rest/workflows/${id}`)).staticData;
  }

  /** Executions of a workflow, newest first. */
  async executions({ id }, limit = 20) {
    const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
    return (await this.rest('GET', `/rest/executions?filter=${filter}&limit=${limit}`)).results;
  }

  /** Does what "Retry" in the list of executions does. Returns the new execution. */
  async retry(executionId, body = {}) {
    return await this.rest('POST', `/rest/executions/${executionId}/retry`, body);
  }

  async statusOf(executionId) {
    return (await this.rest('GET', `/rest/executions/${executionId}`)).status;
  }

  /** The options of a field with a list. */
  async choices(credential, methodName, parameters) {
    return (await this.askField('resource-locator-results', credential, methodName, parameters)).results;
  }

  /** The fields a mapper offers. */
  async fieldsToMap(credential, methodName, parameters) {
    return (await this.askField('resource-mapper-fields', credential, methodName, parameters)).fields;
  }

  async askField(kind, credential, methodName, currentNodeParameters) {
    return await this.rest('POST', `/rest/dynamic-node-parameters/${kind}`, {
      nodeTypeAndVersion: { name: 'n8n-nodes-blueticks.blueticks', version: 1 },
      path: 'parameters.any',
      methodName,
      currentNodeParameters,
      credentials: { blueticksApi: { id: credential.id, name: credential.name } },
    });
  }

  /** A finished execution: its status, its error, and the data and files of each node's output. */
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
    for (const { name, parameters } of execution.workflowData.nodes)
      if (name in resultData.runData) this.operations.add(`${parameters.resource} ${parameters.operation}`);
    const of = (part) =>
      Object.fromEntries(
        Object.entries(resultData.runData).map(([node, runs]) => [
          node,
          (runs.at(-1).data?.main?.[0] ?? []).map((item) => item[part]),
        ]),
      );
    const { status, mode } = execution;
    return { status, mode, error: resultData.error, output: of('json'), files: of('binary') };
  }
}
