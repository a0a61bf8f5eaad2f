import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import type { Asked } from '../../waiting/answers/read-answer';
import { fold } from '../../waiting/answers/read-words';
import { readRecipient, recipientField } from '../common-fields';
import { readList, readText, textOf } from '../read-field';
import { contentFields, pollFields } from './content';
import { readMessage } from './create.operations';
import { readOptions } from './options';

/** The longest question of a poll. */
const LONGEST_POLL = 255;

const responseTypeField: INodeProperties = {
  displayName: 'Response Type',
  name: 'responseType',
  type: 'options',
  options: [
    {
      name: 'Approval',
      value: 'approval',
      description: 'Yes or no, by vote, reaction or in words. Anything else comes as feedback.',
    },
    {
      name: 'Free Text',
      value: 'freeText',
      description: 'Whatever they answer first: a text, a vote or a file',
    },
    { name: 'Poll', value: 'poll', description: 'One of your answers' },
  ],
  default: 'freeText',
  description: 'The kind of answer to wait for',
};

/** N8n replaces this one by a field of its own if the node reviews the tools of an AI agent. */
const messageField: INodeProperties = {
  displayName: 'Message',
  name: 'message',
  type: 'string',
  typeOptions: { rows: 3 },
  required: true,
  default: '',
  placeholder: 'e.g. Refund order 1001?',
  description: 'What to approve. From 256 characters on it is sent as text instead of a poll.',
};

const approvalOptionsField: INodeProperties = {
  displayName: 'Approval Options',
  name: 'approvalOptions',
  type: 'fixedCollection',
  placeholder: 'Add option',
  default: {},
  options: [
    {
      displayName: 'Values',
      name: 'values',
      values: [
        {
          displayName: 'Ask By',
          name: 'askBy',
          type: 'options',
          options: [
            { name: 'Poll', value: 'poll', description: 'They tap one of two answers' },
            { name: 'Text', value: 'text', description: 'They react with 👍 or 👎, or write yes or no' },
          ],
          default: 'poll',
          description: 'How to ask. All kinds of answers count either way.',
        },
        {
          displayName: 'Approve Label',
          name: 'approveLabel',
          type: 'string',
          default: 'Yes',
          description: 'The answer that approves, at most 100 characters',
        },
        {
          displayName: 'Disapprove Label',
          name: 'disapproveLabel',
          type: 'string',
          default: 'No',
          description: 'The answer that does not approve, at most 100 characters',
        },
      ],
    },
  ],
};

const shownFor =
  (responseType: Asked['responseType']) =>
  (field: INodeProperties): INodeProperties => ({
    ...field,
    displayOptions: { show: { ...field.displayOptions?.show, responseType: [responseType] } },
  });

/** Whom to ask, what, and for which kind of answer. */
export const questionFields: INodeProperties[] = [
  recipientField,
  responseTypeField,
  ...[messageField, approvalOptionsField].map(shownFor('approval')),
  ...pollFields.map((field) => shownFor('poll')({ ...field, required: true, displayOptions: {} })),
  ...contentFields({ optional: false }).map(shownFor('freeText')),
];

export interface Question {
  /** The message to create. */
  body: IDataObject;
  asked: Asked;
}

/** The question that an item's fields describe. @throws Error that says what is wrong */
export async function readQuestion(context: IExecuteFunctions, itemIndex: number): Promise<Question> {
  const responseType = context.getNodeParameter('responseType', itemIndex, 'freeText') as string;
  const base = { to: readRecipient(context, itemIndex), ...readOptions(context, itemIndex) };
  if (responseType === 'approval') {
    const labels = readLabels(context, itemIndex);
    const message = readText(context, 'message', itemIndex).trim();
    const content = isAskedByPoll(context, itemIndex, message)
      ? { type: 'poll', poll: { question: message, options: [labels.approve, labels.disapprove] } }
      : { type: 'text', text: message && `${message}\n\n👍 ${labels.approve}   👎 ${labels.disapprove}` };
    return { body: { ...base, ...content }, asked: { responseType, labels } };
  }
  if (responseType === 'poll') {
    const question = readText(context, 'pollQuestion', itemIndex);
    const options = readList(context.getNodeParameter('pollOptions', itemIndex, []), 'Answers');
    return {
      body: { ...base, type: 'poll', poll: { question, options } },
      asked: { responseType, options },
    };
  }
  return { body: await readMessage(context, itemIndex), asked: { responseType: 'freeText' } };
}

function isAskedByPoll(context: IExecuteFunctions, itemIndex: number, message: string): boolean {
  const { askBy } = approvalOptions(context, itemIndex);
  return askBy !== 'text' && message.length <= LONGEST_POLL;
}

function readLabels(context: IExecuteFunctions, itemIndex: number): { approve: string; disapprove: string } {
  const { approveLabel, disapproveLabel } = approvalOptions(context, itemIndex);
  const approve = textOf(approveLabel, 'Approve Label').trim() || 'Yes';
  const disapprove = textOf(disapproveLabel, 'Disapprove Label').trim() || 'No';
  if (fold(approve) !== fold(disapprove) || (fold(approve) === '' && approve !== disapprove)) {
    return { approve, disapprove };
  }
  throw new Error('Disapprove Label is the same as Approve Label. Use another text for one of them.');
}

function approvalOptions(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const chosen = context.getNodeParameter('approvalOptions', itemIndex, {}) as IDataObject;
  return (chosen.values ?? {}) as IDataObject;
}
