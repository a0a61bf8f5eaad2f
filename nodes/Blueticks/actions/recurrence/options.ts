import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { cancelOnTakeover, fromField, onlyWhileBot, optionsField } from '../common-fields';
import { bodyFields, readList } from '../read-field';
import { readSendWindow, sendWindowField } from '../send-window';

const exdates: INodeProperties = {
  displayName: 'Except On',
  name: 'exdates',
  type: 'string',
  typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Moment' },
  default: [],
  placeholder: 'e.g. 2026-12-25T09:00',
  description: 'Moments that are left out, each with its date and its time of day',
};

const onMissingVariable: INodeProperties = {
  displayName: 'If a Variable Is Missing',
  name: 'onMissingVariable',
  type: 'options',
  options: [
    { name: 'Do Not Send', value: 'fail', description: 'The message to that contact fails; the others go' },
    {
      name: 'Leave It as Written',
      value: 'skip',
      description: 'The contact gets the text with "{first_name}" in it',
    },
  ],
  default: 'fail',
  description: 'What becomes of a contact of an audience without a value for a variable of the text',
};

const reference: INodeProperties = {
  displayName: 'Reference',
  name: 'reference',
  type: 'string',
  default: '',
  placeholder: 'e.g. rent-42',
  description: 'Your own name for what it is about. Its messages have it too.',
};

const always = [cancelOnTakeover, exdates, onMissingVariable, onlyWhileBot, reference, sendWindowField];

/** Of a new recurring message. */
export const createOptions = optionsField(
  [...always, fromField('sends')].sort((a, b) => (a.displayName < b.displayName ? -1 : 1)),
);

const untilReply: INodeProperties = {
  displayName: 'Until They Reply',
  name: 'untilReply',
  type: 'boolean',
  default: true,
  description: 'Whether it ends as soon as the person writes or votes',
};

/** Of an existing one. */
export const updateOptions = optionsField(
  [...always, untilReply].sort((a, b) => (a.displayName < b.displayName ? -1 : 1)),
);

/** The options as body fields of the engine's API. */
export function readOptions(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const chosen = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const moments = readList(chosen.exdates ?? [], 'Except On');
  const zone = context.getTimezone();
  return {
    ...bodyFields(chosen, [
      ...['from', 'reference', 'cancelOnTakeover', 'onlyWhileBot', 'onMissingVariable', 'untilReply'],
    ]),
    ...(moments.length > 0 ? { exdates: moments } : {}),
    ...readSendWindow(chosen.sendWindow, zone),
  };
}
