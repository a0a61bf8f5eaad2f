import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readRecipient, recipientField } from '../common-fields';
import { createOne } from '../describe-resource';
import type { Operation, Outcome } from '../operation';
import { contentFields, readContent } from './content';
import { createInBatches } from './create-in-batches';
import { readWhen, whenFields } from './moment';
import { newMessageOptions, readOptions } from './options';
import { MESSAGES } from './resource';
import { showMoment } from './show-moment';
import { audienceOption, readAudience } from './status';

/** The fields of a new message: `extra` goes between recipient and content. */
function newMessageFields(extra: INodeProperties[] = []): INodeProperties[] {
  const content = contentFields({ optional: false });
  return [recipientField, ...extra, ...content, newMessageOptions([audienceOption])];
}

type Extra = (context: IExecuteFunctions, itemIndex: number) => IDataObject;

/** The message that an item's fields describe, as the body of a request. */
export async function readMessage(
  context: IExecuteFunctions,
  itemIndex: number,
  extra?: Extra,
): Promise<IDataObject> {
  return {
    type: context.getNodeParameter('type', itemIndex),
    to: readRecipient(context, itemIndex),
    ...(await readContent(context, itemIndex)),
    ...readOptions(context, itemIndex),
    ...readAudience(context, itemIndex),
    ...extra?.(context, itemIndex),
  };
}

/** Creates the message that an item's fields describe. */
export async function createMessage(
  context: IExecuteFunctions,
  itemIndex: number,
  extra?: Extra,
): Promise<IDataObject> {
  const body = await readMessage(context, itemIndex, extra);
  return showMoment(context, await createOne(context, itemIndex, MESSAGES, body), itemIndex);
}

/** How an operation creates messages: one, or those of many items together. */
function creating(extra?: Extra) {
  return {
    execute: (context: IExecuteFunctions, itemIndex: number) => createMessage(context, itemIndex, extra),
    async *executeInBatches(context: IExecuteFunctions, itemIndexes: number[]): AsyncGenerator<Outcome> {
      const bodyOf = (itemIndex: number) => readMessage(context, itemIndex, extra);
      for await (const outcome of createInBatches(context, itemIndexes, bodyOf)) {
        const { itemIndex } = outcome;
        yield 'error' in outcome
          ? outcome
          : { itemIndex, json: showMoment(context, outcome.json, itemIndex) };
      }
    },
  };
}

export const send: Operation = {
  value: 'send',
  name: 'Send',
  action: 'Send a message',
  description: 'Send a message now',
  fields: newMessageFields(),
  ...creating(),
};

export const schedule: Operation = {
  value: 'schedule',
  name: 'Schedule',
  action: 'Schedule a message',
  description: 'Send a message later: at a date and time, or before or after a moment such as an appointment',
  fields: newMessageFields(whenFields),
  ...creating(readWhen),
};
