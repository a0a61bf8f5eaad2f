import type { IDataObject, IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';
import type { Asked } from './answers/read-answer';

/** One question of a waiting execution. It asks what an input item says. */
export interface Wait {
  itemIndex: number;
  /** The chat that was asked, as it was written. */
  to: string;
  /** The engine's webhook that delivers the answer, and the secret it signs with. */
  webhookId: string;
  secret: string;
  /** The message that asks the question. */
  messageId: string;
  asked: Asked;
  /** Who may answer, as phone numbers; anybody in the chat if there are none. */
  answersFrom: string[];
}

/** What a waiting execution remembers. */
export interface Waiting {
  waits: Wait[];
  /** It continues with the answers to all of several questions, and has to keep those that come before the last. */
  isForAll: boolean;
  /** The output of items that could not be asked. */
  notAsked: { itemIndex: number; json: IDataObject }[];
}

/** n8n saves a node's context with the execution, so this survives restarts. Stored as text. */
const KEY = 'waitsForAnswer';

export function keepWaiting(context: IExecuteFunctions, waiting: Waiting): void {
  context.getContext('node')[KEY] = JSON.stringify(waiting);
}

/** What the execution that a webhook call is for remembers, if it waits. */
export function keptWaiting(context: IWebhookFunctions): Waiting | undefined {
  const name = JSON.stringify(context.getNode().name);
  // A webhook has no getContext, but an expression can read the same data.
  const kept = context.evaluateExpression(`{{ $node[${name}].context[${JSON.stringify(KEY)}] }}`);
  return typeof kept === 'string' && kept ? (JSON.parse(kept) as Waiting) : undefined;
}
