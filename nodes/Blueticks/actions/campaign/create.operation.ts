import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { callEngine } from '../../transport/call-engine';
import { chosenAudience } from '../audience/audience-id';
import { toRfc3339 } from '../date-time';
import { idempotencyKey } from '../idempotency-key';
import type { Operation } from '../operation';
import { readText } from '../read-text';
import { readSendWindow } from '../send-window';
import { campaignFields } from './campaign-fields';

export const create: Operation = {
  value: 'create',
  name: 'Create',
  action: 'Create a campaign',
  description: 'Send every contact of an audience the same message, with their own words filled in',
  fields: campaignFields,
  async execute(context, itemIndex) {
    const body: IDataObject = {
      name: readText(context, 'name', itemIndex).trim(),
      audience_id: chosenAudience(context, itemIndex),
      on_missing_variable: context.getNodeParameter('onMissingVariable', itemIndex, 'fail'),
      ...readContent(context, itemIndex),
      ...readOptions(context, itemIndex),
    };
    const headers = { 'Idempotency-Key': idempotencyKey(context, itemIndex) };
    return [await callEngine(context, { method: 'POST', path: '/v1/campaigns', headers, body, itemIndex })];
  },
};

/** With media there is one text, its caption: whichever of the two fields it was typed into. */
function readContent(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const text = readText(context, 'text', itemIndex);
  const mediaUrl = readText(context, 'mediaUrl', itemIndex).trim();
  if (!mediaUrl) return text ? { text } : {};
  const caption = readText(context, 'mediaCaption', itemIndex) || text;
  return { media_url: mediaUrl, ...(caption ? { media_caption: caption } : {}) };
}

function readOptions(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const zone = context.getTimezone();
  const { perMinute, perHour, perDay } = options;
  const pacing: IDataObject = {
    ...(perMinute ? { per_minute: perMinute } : {}),
    ...(perHour ? { per_hour: perHour } : {}),
    ...(perDay ? { per_day: perDay } : {}),
  };
  const sendWindow = readSendWindow(options.sendWindow, zone);
  return {
    ...(options.from ? { from: options.from } : {}),
    ...(options.footer ? { footer: options.footer } : {}),
    ...(options.sendAt ? { send_at: toRfc3339(options.sendAt, zone, 'Send At') } : {}),
    ...(sendWindow ? { send_window: sendWindow } : {}),
    ...(Object.keys(pacing).length > 0 ? { pacing } : {}),
  };
}
