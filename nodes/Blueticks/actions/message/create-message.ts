import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { callEngine } from '../../transport/call-engine';
import { contentFields } from './content-fields';
import { idempotencyKey } from './idempotency-key';
import { newMessageOptions } from './option-fields';
import { readContent } from './read-content';
import { readOptions } from './read-options';

const recipientField: INodeProperties = {
  displayName: 'To',
  name: 'to',
  type: 'string',
  required: true,
  default: '',
  placeholder: 'e.g. +14155551234',
  description:
    'Who gets it: a phone number with "+" and country code, or the ID of a chat or group such as 120363012345678901@g.us',
};

/** The fields of a new message, `extra` between the recipient and the content. */
export function newMessageFields(...extra: INodeProperties[]): INodeProperties[] {
  return [recipientField, ...extra, ...contentFields({ optional: false }), newMessageOptions];
}

/** Creates the message that the fields of the item describe. */
export async function createMessage(
  context: IExecuteFunctions,
  itemIndex: number,
  extra: IDataObject,
): Promise<IDataObject[]> {
  const message = await callEngine(context, {
    method: 'POST',
    path: '/v1/scheduled-messages',
    headers: { 'Idempotency-Key': idempotencyKey(context, itemIndex) },
    body: {
      type: context.getNodeParameter('type', itemIndex),
      to: String(context.getNodeParameter('to', itemIndex)).trim(),
      ...(await readContent(context, itemIndex)),
      ...readOptions(context, itemIndex),
      ...extra,
    },
    itemIndex,
  });
  return [message];
}
