import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { callEngine } from '../../../shared/call-engine';
import { optionsField } from '../common-fields';
import { toRfc3339 } from '../date-time';
import type { Operation } from '../operation';
import { readText } from '../read-field';
import { MESSAGES } from './resource';

const movedFrom: INodeProperties = {
  displayName: 'Moved From',
  name: 'was',
  type: 'dateTime',
  default: '',
  description:
    'The moment so far. Only needed if messages with this reference hang on several moments, such as the start and the end of an appointment.',
};

interface Moved extends IDataObject {
  moved: IDataObject[];
  skipped: IDataObject[];
  not_moved: IDataObject[];
}

export const move: Operation = {
  value: 'move',
  name: 'Move',
  action: 'Move messages with their moment',
  description:
    'Move an appointment: every message scheduled before or after it, and not sent yet, moves with it',
  fields: [
    {
      displayName: 'Reference',
      name: 'reference',
      type: 'string',
      required: true,
      default: '',
      placeholder: 'e.g. appointment-42',
      description: 'The reference that the messages were scheduled with',
    },
    {
      displayName: 'New Moment',
      name: 'of',
      type: 'dateTime',
      required: true,
      default: '',
      hint: "Such as the new start of the appointment, in the workflow's time zone",
      description: 'The new date and time. An expression works too.',
    },
    optionsField([movedFrom]),
  ],
  async execute(context, itemIndex) {
    const zone = context.getTimezone();
    const { was } = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
    const reference = readText(context, 'reference', itemIndex).trim();
    if (!reference)
      throw new Error('Reference is empty, so it is not clear what to move. Enter the one of the messages.');
    const body = {
      reference,
      of: toRfc3339(context.getNodeParameter('of', itemIndex, '') as unknown, zone, 'New Moment'),
      ...(was ? { was: toRfc3339(was, zone, 'Moved From') } : {}),
    };
    const answer = await callEngine<Moved>(context, {
      method: 'POST',
      path: `${MESSAGES}/move`,
      body,
      itemIndex,
    });
    if (itemIndex === 0 && answer.moved.length + answer.skipped.length === 0)
      context.addExecutionHints({ message: hintFor(reference, answer), location: 'outputPane' });
    return answer;
  },
};

/** Why nothing moved. */
function hintFor(reference: string, { not_moved: rest }: Moved): string {
  if (rest.length === 0) return `Nothing has moved: no message has the reference "${reference}".`;
  const plain = rest.filter(({ outcome }) => outcome === 'no_moment').length;
  return plain > 0
    ? `Nothing has moved: ${plain} of the messages were scheduled at a time, not before or after a moment. Use "Update" for these.`
    : 'Nothing has moved: the messages were sent or canceled before.';
}
