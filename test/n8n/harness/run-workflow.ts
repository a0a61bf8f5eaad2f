import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Workflow,
  type ICredentialDataDecryptedObject,
  type IDataObject,
  type INode,
  type INodeExecutionData,
  type INodeParameters,
  type IRun,
  type IRunExecutionData,
  type IWorkflowBase,
} from 'n8n-workflow';
import { additionalData } from './additional-data';
import { nodeTypes } from './node-types';

// n8n-core writes settings to its folder as soon as it is loaded. Keep it out of the developer's own.
process.env.N8N_LOG_LEVEL ??= 'silent';
process.env.N8N_USER_FOLDER ??= mkdtempSync(join(tmpdir(), 'blueticks-n8n-'));
// eslint-disable-next-line @typescript-eslint/no-require-imports -- after the folder is set
const { ExecutionLifecycleHooks, WorkflowExecute } = require('n8n-core') as typeof import('n8n-core');

export interface Step {
  name: string;
  type: 'blueticks' | 'source' | 'again';
  parameters: INodeParameters;
  onError?: INode['onError'];
}

export const source = (items: INodeExecutionData[]): Step => ({
  name: 'Source',
  type: 'source',
  parameters: { items: JSON.stringify(items) },
});

/** A workflow of these nodes, one after the other. */
export function workflowOf(steps: Step[], loop?: { from: string; to: string }): Workflow {
  const nodes = steps.map((step, index): INode => ({
    id: `node-${index}`,
    name: step.name,
    type: step.type === 'blueticks' ? 'n8n-nodes-blueticks.blueticks' : `test.${step.type}`,
    typeVersion: 1,
    position: [index * 200, 0],
    parameters: step.parameters,
    onError: step.onError,
    ...(step.type === 'blueticks' ? { credentials: { blueticksApi: { id: '1', name: 'Engine' } } } : {}),
  }));
  const link = (node: string) => [{ node, type: 'main' as const, index: 0 }];
  const connections = Object.fromEntries(
    steps.slice(0, -1).map((step, index) => [step.name, { main: [link(steps[index + 1]!.name)] }]),
  );
  if (loop) connections[loop.from] = { main: [link(loop.to)] };
  return new Workflow({
    id: 'workflow-1',
    nodes,
    connections,
    active: false,
    nodeTypes: nodeTypes(),
    settings: { executionOrder: 'v1', timezone: 'Europe/Rome' },
  });
}

let executions = Math.floor(Math.random() * 1e9);

interface RunOptions {
  executionId?: string;
  /** The base of n8n's webhook URLs. */
  webhookBaseUrl?: string;
}

/** Runs a workflow in n8n's own engine; with `retryOf` as n8n's "Retry" does, as a new execution. */
export async function runWorkflow(
  workflow: Workflow,
  credential: ICredentialDataDecryptedObject,
  options: RunOptions & { retryOf?: IRun } = {},
): Promise<IRun> {
  const { retryOf } = options;
  if (!retryOf) return await processRun(workflow, credential, undefined, { ...options, mode: 'manual' });
  const data = JSON.parse(JSON.stringify(retryOf.data)) as IRunExecutionData;
  const failed = data.resultData.lastNodeExecuted ?? '';
  delete data.resultData.error;
  data.resultData.runData[failed]?.pop();
  for (const stacked of data.executionData?.nodeExecutionStack ?? []) {
    stacked.node = workflow.getNode(stacked.node.name) ?? stacked.node;
  }
  return await processRun(workflow, credential, data, { ...options, mode: 'retry' });
}

/** Runs a workflow from its start, or from the state in `data`. */
export async function processRun(
  workflow: Workflow,
  credential: ICredentialDataDecryptedObject,
  data: IRunExecutionData | undefined,
  options: RunOptions & { mode: 'manual' | 'retry' },
): Promise<IRun> {
  const { mode, webhookBaseUrl } = options;
  const executionId = options.executionId ?? String((executions += 1));
  const additional = additionalData(credential, { executionId, webhookBaseUrl });
  const saved = { id: workflow.id, name: 'Test', nodes: Object.values(workflow.nodes), connections: {} };
  additional.hooks = new ExecutionLifecycleHooks(mode, executionId, saved as unknown as IWorkflowBase);
  await workflow.expression.acquireIsolate();
  try {
    if (data) return await new WorkflowExecute(additional, mode, data).processRunExecutionData(workflow);
    const startNode = workflow.getNode('Source') ?? undefined;
    return await new WorkflowExecute(additional, mode).run({ workflow, startNode });
  } finally {
    await workflow.expression.releaseIsolate();
  }
}

/** The output of a node in its last run. */
export function outputOf(run: IRun, node: string, output = 0): INodeExecutionData[] {
  const error = run.data.resultData.error;
  if (error) throw error;
  return run.data.resultData.runData[node]?.at(-1)?.data?.main?.[output] ?? [];
}

export function jsonOf(run: IRun, node: string): IDataObject[] {
  return outputOf(run, node).map(({ json }) => json);
}
