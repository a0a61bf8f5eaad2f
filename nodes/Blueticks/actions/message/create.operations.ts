import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { callEngine } from '../../transport/call-engine';
import { readRecipient, recipientField } from '../recipient-field';
import { contentFields } from './content-fields';
import { idempotencyKey } from '../idempotency-key';
import { newMessageOptions } from './option-fields';
import { showMoment } from './show-moment';
import { readContent } from './read-content';
import { readOptions } from './read-options';

/** The fields of a new message: `extra` between the recipient and the content, `options` among the options. */
export function newMessageFields(
  own: { extra?: INodeProperties[]; options?: INodeProperties[] } = {},
): INodeProperties[] {
  const { extra = [], options = [] } = own;
  return [recipientField, ...extra, ...contentFields({ optional: false }), newMessageOptions(options)];
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
      to: readRecipient(context, itemIndex),
      ...(await readContent(context, itemIndex)),
      ...readOptions(context, itemIndex),
      ...extra,
    },
    itemIndex,
  });
  return [showMoment(context, message, itemIndex)];
}
