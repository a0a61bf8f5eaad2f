import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { toRfc3339 } from '../date-time';
import { readSendWindow } from '../send-window';

/** Options that pass to the engine as they are: the node's name and the engine's. */
const PLAIN = {
  from: 'from',
  replyTo: 'reply_to',
  reference: 'reference',
  cancelOnReply: 'cancel_on_reply',
  priority: 'priority',
} as const;

/** The `options` of an item as the engine's body fields; an option that is not there or empty is left out. */
export function readOptions(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const body: IDataObject = {};
  for (const [name, field] of Object.entries(PLAIN)) {
    const value = options[name];
    if (value !== undefined && value !== null && value !== '') body[field] = value;
  }
  if (options.expiresAt) {
    body.expires_at = toRfc3339(options.expiresAt, context.getTimezone(), 'Expires At');
  }
  const window = readSendWindow(options.sendWindow, context.getTimezone());
  if (window) body.send_window = window;
  return body;
}
