import { NodeApiError, sleep, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { callEngine, pathTo } from '../../../shared/call-engine';
import type { Operation } from '../operation';
import { readText } from '../read-field';
import { isLinked, SESSIONS, sessions, sessionToLink } from './resource';

const TRIES = 5;
const PAUSE_MS = 1500;

const sessionField = sessions.idFieldOf({
  description:
    'The session to link. Leave empty for the one without a number; if there is no session yet, one is created.',
  whenEmpty: 'The one without a number',
});

export const getPairingCode: Operation = {
  value: 'getPairingCode',
  name: 'Get Pairing Code',
  action: 'Get a code that links a number without a scan',
  description:
    'Get a code to type on the phone instead of a scan: WhatsApp, Settings, Linked devices, Link with phone number',
  fields: [
    {
      displayName: 'Phone',
      name: 'phone',
      type: 'string',
      required: true,
      default: '',
      placeholder: 'e.g. +14155551234',
      description: 'The number of the phone to link, with "+" and country code',
    },
    sessionField,
  ],
  async execute(context, itemIndex) {
    const phone = readText(context, 'phone', itemIndex).trim();
    if (!phone) throw new Error('Phone is empty. Enter the number of the phone to link.');
    const sessionId = await sessionToLink(context, itemIndex);
    const path = pathTo(SESSIONS, sessionId, 'pairing-code');
    const code = await callEngine(context, { method: 'POST', path, body: { phone }, itemIndex });
    return { session_id: sessionId, phone, ...code };
  },
};

export const getQrCode: Operation = {
  value: 'getQrCode',
  name: 'Get QR Code',
  action: 'Get the QR code that links a number',
  description: 'Get a picture to scan with the phone: WhatsApp, Settings, Linked devices, Link a device',
  fields: [
    {
      displayName:
        'Scan the picture within about 20 seconds. If it is too old, run the node again for a new one.',
      name: 'scanNotice',
      type: 'notice',
      default: '',
    },
    sessionField,
    {
      displayName: 'Put Output File in Field',
      name: 'binaryPropertyName',
      type: 'string',
      default: 'data',
      required: true,
      hint: 'The name of the output field for the picture',
      description: 'Name of the binary field of the output item for the picture, a PNG',
    },
  ],
  async executeWithFiles(context, itemIndex) {
    const sessionId = await sessionToLink(context, itemIndex);
    const picture = await readPicture(context, sessionId, itemIndex);
    const field = context.getNodeParameter('binaryPropertyName', itemIndex, 'data') as string;
    const file = await context.helpers.prepareBinaryData(picture, 'whatsapp-qr.png', 'image/png');
    const json = await readSession(context, sessionId, itemIndex);
    return [{ json, binary: { [field]: file }, pairedItem: { item: itemIndex } }];
  },
};

async function readSession(
  context: IExecuteFunctions,
  sessionId: string,
  itemIndex: number,
): Promise<IDataObject> {
  return await callEngine(context, { method: 'GET', path: pathTo(SESSIONS, sessionId), itemIndex });
}

/** WhatsApp takes a moment to provide the first code. Until then the engine answers 409. */
async function readPicture(
  context: IExecuteFunctions,
  sessionId: string,
  itemIndex: number,
): Promise<Buffer> {
  for (let triesLeft = TRIES - 1; ; triesLeft -= 1) {
    const picture = await callEngine<ArrayBuffer>(context, {
      method: 'GET',
      path: pathTo(SESSIONS, sessionId, 'qr'),
      headers: { Accept: 'image/png' },
      answer: 'buffer',
      itemIndex,
    }).catch(async (error: unknown) => {
      const mayCome = triesLeft > 0 && error instanceof NodeApiError && error.httpCode === '409';
      if (!mayCome || isLinked((await readSession(context, sessionId, itemIndex)).state)) throw error;
      return undefined;
    });
    if (picture) return Buffer.from(picture);
    await sleep(PAUSE_MS);
  }
}
