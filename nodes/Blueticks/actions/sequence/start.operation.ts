import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { callEngine } from '../../transport/call-engine';
import { idempotencyKey } from '../idempotency-key';
import type { Operation } from '../operation';
import { readRecipient, recipientField } from '../recipient-field';
import { readSendWindow } from '../send-window';
import { readSteps } from './read-steps';
import { sequenceOptions } from './sequence-options';
import { stepsField } from './step-fields';

export const start: Operation = {
  value: 'start',
  name: 'Start',
  action: 'Start a sequence',
  description: 'Send a person several messages over hours or days, until they reply',
  fields: [recipientField, stepsField, sequenceOptions],
  async execute(context, itemIndex) {
    const body: IDataObject = {
      to: readRecipient(context, itemIndex),
      ...readOptions(context, itemIndex),
      steps: readSteps(context.getNodeParameter('steps', itemIndex, {}), zoneOf(context, itemIndex)),
    };
    const headers = { 'Idempotency-Key': idempotencyKey(context, itemIndex) };
    return [await callEngine(context, { method: 'POST', path: '/v1/sequences', headers, body, itemIndex })];
  },
};

/** Times are those of the option, or of the workflow. */
function zoneOf(context: IExecuteFunctions, itemIndex: number): string {
  const { timezone } = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  return String(timezone || context.getTimezone());
}

function readOptions(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const zone = zoneOf(context, itemIndex);
  const sendWindow = readSendWindow(options.sendWindow, zone);
  return {
    timezone: zone,
    ...(options.from ? { from: options.from } : {}),
    ...(options.reference ? { reference: String(options.reference) } : {}),
    ...(options.stopOnReply === undefined ? {} : { stop_on_reply: options.stopOnReply }),
    ...(sendWindow ? { send_window: sendWindow } : {}),
  };
}
