import type { IDataObject } from 'n8n-workflow';
import {
  cancelOnTakeover,
  fromField,
  onlyWhileBot,
  optionsField,
  readRecipient,
  recipientField,
} from '../common-fields';
import { createOne } from '../describe-resource';
import type { Operation } from '../operation';
import { bodyFields, textOf } from '../read-field';
import { readSendWindow, sendWindowField } from '../send-window';
import { SEQUENCES } from './resource';
import { readSteps, stepsField } from './steps';

const options = optionsField([
  cancelOnTakeover,
  fromField('sends'),
  onlyWhileBot,
  {
    displayName: 'Reference',
    name: 'reference',
    type: 'string',
    default: '',
    placeholder: 'e.g. order-42',
    description:
      'Your own name for what the sequence is about. Use it to find and stop the sequence. Its messages have it too.',
  },
  sendWindowField,
  {
    displayName: 'Stop on Reply',
    name: 'stopOnReply',
    type: 'boolean',
    default: true,
    description: 'Whether to cancel the remaining steps as soon as the person replies or votes',
  },
  {
    displayName: 'Time Zone',
    name: 'timezone',
    type: 'string',
    default: '',
    placeholder: 'e.g. Europe/Rome',
    description:
      "The recipient's time zone, for the times of the steps. Leave empty for the workflow's time zone.",
  },
]);

export const start: Operation = {
  value: 'start',
  name: 'Start',
  action: 'Start a sequence',
  description: 'Send a person several messages over hours or days, until they reply',
  fields: [recipientField, stepsField, options],
  async execute(context, itemIndex) {
    const chosen = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
    const timezone = textOf(chosen.timezone, 'Time Zone').trim() || context.getTimezone();
    return await createOne(context, itemIndex, SEQUENCES, {
      to: readRecipient(context, itemIndex),
      timezone,
      ...bodyFields(chosen, ['from', 'reference', 'stopOnReply', 'cancelOnTakeover', 'onlyWhileBot']),
      ...readSendWindow(chosen.sendWindow, timezone),
      steps: readSteps(context.getNodeParameter('steps', itemIndex, {}), timezone),
    });
  },
};
