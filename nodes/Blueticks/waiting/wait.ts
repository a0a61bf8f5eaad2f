import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

/** What a waiting execution remembers about its question. */
export interface Wait {
  /** The engine's webhook that delivers the answer, and the secret it signs with. */
  webhookId: string;
  secret: string;
  /** The message that asks the question. */
  messageId: string;
}

/** n8n saves a node's context with the execution, so this survives restarts. Stored as text. */
const KEY = 'waitsForAnswer';

export function keepWait(context: IExecuteFunctions, wait: Wait): void {
  context.getContext('node')[KEY] = JSON.stringify(wait);
}

/** The wait of the execution that a webhook call is for, if it has one. */
export function keptWait(context: IWebhookFunctions): Wait | undefined {
  const name = JSON.stringify(context.getNode().name);
  // A webhook has no getContext, but an expression can read the same data.
  const kept = context.evaluateExpression(`{{ $node[${name}].context[${JSON.stringify(KEY)}] }}`);
  return typeof kept === 'string' && kept ? (JSON.parse(kept) as Wait) : undefined;
}
