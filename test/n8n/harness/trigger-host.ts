import {
  Workflow,
  type IBinaryKeyData,
  type ICredentialDataDecryptedObject,
  type IDataObject,
  type INode,
  type INodeParameters,
  type IWebhookData,
  type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { additionalData } from './additional-data';
import { LocalServer } from './local-server';
import { nodeTypes } from './node-types';
import './run-workflow';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- after n8n's folder is set, by run-workflow
const { HookContext, WebhookContext } = require('n8n-core') as typeof import('n8n-core');

export type Slot = 'production' | 'test';

/**
 * What n8n does for a workflow that starts with the trigger: n8n-core's own contexts, a web server, and static data
 * stored as JSON between the calls, as n8n stores it in its database.
 */
export class TriggerHost {
  parameters: INodeParameters;
  /** The runs that started, in order. */
  readonly runs: Array<{ slot: Slot; json: IDataObject; binary?: IBinaryKeyData }> = [];
  staticData: Record<Slot, string> = { production: '{}', test: '{}' };
  webhookPath = 'a1b2c3';
  private readonly server = new LocalServer(async (request, response, rawBody) => {
    const slot: Slot = request.url!.startsWith('/webhook-test/') ? 'test' : 'production';
    const answer = {
      status(code: number) {
        response.statusCode = code;
        return answer;
      },
      json: (body: unknown) => response.end(JSON.stringify(body)),
    };
    await this.receive(slot, Object.assign(request, { rawBody, body: {} }), answer);
  });

  constructor(
    private readonly credential: ICredentialDataDecryptedObject,
    parameters: INodeParameters,
  ) {
    this.parameters = parameters;
  }

  async listen(): Promise<void> {
    await this.server.listen();
  }

  close(): void {
    this.server.close();
  }

  /** The URL of the webhook of `slot`. */
  urlOf(slot: Slot): string {
    return `${this.server.url}/${slot === 'test' ? 'webhook-test' : 'webhook'}/${this.webhookPath}/blueticks`;
  }

  /** Activates as n8n does: asks whether the webhook exists, and creates it if not. */
  async activate(slot: Slot = 'production'): Promise<void> {
    if (!(await this.method('checkExists', slot))) await this.method('create', slot);
  }

  async deactivate(slot: Slot = 'production'): Promise<void> {
    await this.method('delete', slot);
  }

  /** What the node remembers. */
  kept(slot: Slot = 'production'): { webhookId: string; secret: string } {
    const all = JSON.parse(this.staticData[slot]) as Record<
      string,
      Record<Slot, { webhookId: string; secret: string }>
    >;
    return all['node:Trigger']![slot];
  }

  private async method(name: 'checkExists' | 'create' | 'delete', slot: Slot): Promise<unknown> {
    const { workflow, node, additional } = this.load(slot);
    // When n8n removes a test webhook, its mode is "internal".
    const mode = slot === 'production' ? 'trigger' : name === 'delete' ? 'internal' : 'manual';
    const webhookData = { isTest: slot === 'test' } as unknown as IWebhookData;
    const context = new HookContext(workflow, node, additional, mode, 'activate', webhookData);
    const method = workflow.nodeTypes.getByNameAndVersion(node.type).webhookMethods!.default![name];
    try {
      return await method.call(context);
    } finally {
      this.save(slot, workflow);
    }
  }

  private async receive(slot: Slot, request: object, response: object): Promise<void> {
    const { workflow, node, additional } = this.load(slot);
    Object.assign(additional, { httpRequest: request, httpResponse: response });
    const mode = slot === 'test' ? 'manual' : 'webhook';
    const webhookData = { isTest: slot === 'test' } as unknown as IWebhookData;
    const context = new WebhookContext(workflow, node, additional, mode, webhookData, [], null);
    const type = workflow.nodeTypes.getByNameAndVersion(node.type);
    const result = await type.webhook!.call(context);
    this.save(slot, workflow);
    for (const { json, binary } of result.workflowData?.[0] ?? []) {
      this.runs.push({ slot, json, ...(binary ? { binary } : {}) });
    }
  }

  private load(slot: Slot): { workflow: Workflow; node: INode; additional: IWorkflowExecuteAdditionalData } {
    const node: INode = {
      id: 'trigger-1',
      name: 'Trigger',
      type: 'n8n-nodes-blueticks.blueticksTrigger',
      typeVersion: 1,
      position: [0, 0],
      parameters: this.parameters,
      webhookId: this.webhookPath,
      credentials: { blueticksApi: { id: '1', name: 'Engine' } },
    };
    const workflow = new Workflow({
      id: 'workflow-2',
      nodes: [node],
      connections: {},
      active: slot === 'production',
      nodeTypes: nodeTypes(),
      staticData: JSON.parse(this.staticData[slot]) as IDataObject,
    });
    const additional = additionalData(this.credential, { webhookBaseUrl: this.server.url });
    return { workflow, node: workflow.getNode('Trigger')!, additional };
  }

  private save(slot: Slot, workflow: Workflow): void {
    if (workflow.staticData.__dataChanged) this.staticData[slot] = JSON.stringify(workflow.staticData);
  }
}
