import type { IDataObject, IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

/** What the node keeps of a wait in its execution. */
export interface Wait {
  /** The engine's webhook that brings the answer, and what it signs with. */
  webhookId: string;
  secret: string;
  /** The message that asks. */
  messageId: string;
}

/** Kept as text: n8n saves a node's context with the execution, over its restarts. */
const KEY = 'waitsForAnswer';

export function keepWait(context: IExecuteFunctions, wait: Wait): void {
  context.getContext('node')[KEY] = JSON.stringify(wait);
}

/** The wait of the execution that a webhook call is for; nothing when it has none. */
export function keptWait(context: IWebhookFunctions): Wait | undefined {
  const name = JSON.stringify(context.getNode().name);
  // A webhook has no getContext, but its expressions see the same.
  const kept = context.evaluateExpression(`{{ $node[${name}].context[${JSON.stringify(KEY)}] }}`);
  return typeof kept === 'string' && kept ? (JSON.parse(kept) as Wait) : undefined;
}

/** A wait as the engine's list of webhooks shows it: any node's, of any workflow. */
export interface ListedWait {
  webhookId: string;
  createdAt: string;
  /** Whose answer is waited for. */
  filter: IDataObject;
  isOpen: boolean;
  /** Nothing comes to it any more. */
  isOver: boolean;
  /** n8n was away for so long that the engine gave up; what came meanwhile is kept. */
  isAsleep: boolean;
  messageId?: string;
  /** The event that was taken as the answer. */
  answeredBy?: string;
}

const MARK = 'n8n send-and-wait';
/** Nobody answers for an execution that was stopped in n8n: in the end its wait is not woken any more. */
const GIVE_UP_MS = 30 * 24 * 3600_000;

/** The webhook's description, by which waits for the same person know each other. */
export function describeWait({ messageId, answeredBy }: { messageId?: string; answeredBy?: string }): string {
  return [MARK, messageId && `message=${messageId}`, answeredBy && `answer=${answeredBy}`]
    .filter(Boolean)
    .join(' ');
}

/** A webhook as a wait; nothing when it is another kind of webhook. */
export function asWait(webhook: IDataObject, nowMs: number): ListedWait | undefined {
  const description = String(webhook.description ?? '');
  if (!description.startsWith(MARK)) return undefined;
  const answeredBy = / answer=(\S+)/.exec(description)?.[1];
  const age = nowMs - Date.parse(String(webhook.created_at));
  const isExpired = webhook.expires_at !== null && Date.parse(String(webhook.expires_at)) <= nowMs;
  const isEnabled = webhook.status === 'enabled';
  const canWake = webhook.disabled_by === 'failures' && !answeredBy && age < GIVE_UP_MS;
  return {
    webhookId: String(webhook.id),
    createdAt: String(webhook.created_at),
    filter: (webhook.filter ?? {}) as IDataObject,
    isOpen: isEnabled && !isExpired && !answeredBy,
    isOver: isExpired || (!isEnabled && !canWake),
    isAsleep: !isEnabled && !isExpired && canWake,
    messageId: / message=(\S+)/.exec(description)?.[1],
    answeredBy,
  };
}

export function isForSame(a: IDataObject, b: IDataObject): boolean {
  return (a.from ?? null) === (b.from ?? null) && (a.chat_id ?? null) === (b.chat_id ?? null);
}

/** Whether `a` was asked before `b`. Ids are sortable by time. */
export function isBefore(a: ListedWait, b: ListedWait): boolean {
  return a.createdAt === b.createdAt ? a.webhookId < b.webhookId : a.createdAt < b.createdAt;
}
