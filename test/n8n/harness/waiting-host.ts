import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  ICredentialDataDecryptedObject,
  INodeExecutionData,
  IRun,
  IRunExecutionData,
  IWebhookData,
  Workflow,
} from 'n8n-workflow';
import { additionalData } from './additional-data';
import { LocalServer } from './local-server';
import { processRun, runWorkflow, workflowOf, type Step } from './run-workflow';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- after n8n's folder is set, by run-workflow
const { WebhookContext } = require('n8n-core') as typeof import('n8n-core');

interface Parked {
  steps: Step[];
  /** As n8n stores it in its database. */
  saved: string;
  status: 'running' | 'waiting' | 'finished';
  result?: IRun;
}

/**
 * What n8n does with waiting executions: stores them as JSON, and continues one when its signed URL is called or its
 * time is up.
 */
export class WaitingHost {
  private readonly executions = new Map<string, Parked>();
  private readonly server = new LocalServer((request, response, rawBody) =>
    this.receive(request, response, rawBody),
  );

  constructor(private readonly credential: ICredentialDataDecryptedObject) {}

  async listen(): Promise<void> {
    await this.server.listen();
  }

  close(): void {
    this.server.close();
  }

  /** Runs a workflow until it waits or ends. */
  async run(executionId: string, steps: Step[]): Promise<IRun> {
    const parked: Parked = { steps, saved: '', status: 'running' };
    this.executions.set(executionId, parked);
    const options = { executionId, webhookBaseUrl: this.server.url };
    const run = await runWorkflow(workflowOf(steps), this.credential, options);
    park(parked, run);
    return run;
  }

  /** Continues as n8n's timer does. */
  async timeOut(executionId: string): Promise<IRun> {
    const parked = this.executions.get(executionId)!;
    const { workflow, data } = load(parked);
    return await this.goOn(executionId, parked, workflow, data);
  }

  isWaiting(executionId: string): boolean {
    return this.executions.get(executionId)?.status === 'waiting';
  }

  /** How a workflow ended after it waited. */
  resultOf(executionId: string): IRun | undefined {
    return this.executions.get(executionId)?.result;
  }

  /** Stops it as a person does in n8n. */
  stop(executionId: string): void {
    this.executions.get(executionId)!.status = 'finished';
  }

  private async receive(request: IncomingMessage, response: ServerResponse, rawBody: Buffer): Promise<void> {
    Object.assign(request, { rawBody, body: {} });
    Object.assign(response, {
      status(code: number) {
        response.statusCode = code;
        return response;
      },
      json: (body: unknown) => response.end(JSON.stringify(body)),
    });
    const [, , executionId = '', nodeId = ''] = request.url!.split(/[/?]/);
    const parked = this.executions.get(executionId);
    if (parked?.status !== 'waiting') return void response.writeHead(parked ? 409 : 404).end();
    const { workflow, data } = load(parked);
    const context = this.contextOf(executionId, nodeId, workflow, data, { request, response });
    // n8n compares signatures. Only this URL has the right one.
    if (context.getSignedResumeUrl() !== `${this.server.url}${request.url}`) {
      return void response.writeHead(401).end();
    }
    const items = await callWebhook(context, workflow);
    if (!items) return;
    // In n8n, only one caller gets a waiting execution.
    if (parked.status !== 'waiting') return void response.writeHead(500).end();
    data.waitTill = undefined;
    const stacked = data.executionData!.nodeExecutionStack[0]!;
    stacked.node.disabled = true;
    stacked.data.main = items;
    data.resultData.runData[data.resultData.lastNodeExecuted!]!.pop();
    const end = this.goOn(executionId, parked, workflow, data);
    response.writeHead(200).end();
    await end;
  }

  private contextOf(
    executionId: string,
    nodeId: string,
    workflow: Workflow,
    data: IRunExecutionData,
    { request, response }: { request: IncomingMessage; response: ServerResponse },
  ) {
    const node = Object.values(workflow.nodes).find(({ id }) => id === nodeId)!;
    const additional = additionalData(this.credential, { executionId, webhookBaseUrl: this.server.url });
    Object.assign(additional, { httpRequest: request, httpResponse: response });
    return new WebhookContext(workflow, node, additional, 'manual', {} as IWebhookData, [], data);
  }

  private async goOn(executionId: string, parked: Parked, workflow: Workflow, data: IRunExecutionData) {
    parked.status = 'running';
    const run = await processRun(workflow, this.credential, data, {
      executionId,
      webhookBaseUrl: this.server.url,
      mode: 'manual',
    });
    park(parked, run);
    parked.result = run;
    return run;
  }
}

function park(parked: Parked, run: IRun): void {
  parked.saved = JSON.stringify(run.data);
  parked.status = run.waitTill ? 'waiting' : 'finished';
}

/** Reads an execution as n8n reads it from its database: every object is new. */
function load({ steps, saved }: Parked): { workflow: Workflow; data: IRunExecutionData } {
  const workflow = workflowOf(steps);
  const data = JSON.parse(saved) as IRunExecutionData;
  for (const stacked of data.executionData?.nodeExecutionStack ?? []) {
    stacked.node = workflow.getNode(stacked.node.name)!;
  }
  return { workflow, data };
}

async function callWebhook(context: InstanceType<typeof WebhookContext>, workflow: Workflow) {
  await workflow.expression.acquireIsolate();
  try {
    const type = workflow.nodeTypes.getByNameAndVersion(context.getNode().type);
    return (await type.webhook!.call(context)).workflowData as INodeExecutionData[][] | undefined;
  } finally {
    await workflow.expression.releaseIsolate();
  }
}
