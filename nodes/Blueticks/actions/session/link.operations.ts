import { NodeApiError, sleep, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { isLinked, sessionIdField, sessionPath, sessionToLink } from './session-id';

const TRIES = 5;
const PAUSE_MS = 1500;

export const getQrCode: Operation = {
  value: 'getQrCode',
  name: 'Get QR Code',
  action: 'Get the QR code that links a number',
  description: 'Get a picture to scan with the phone: WhatsApp, Settings, Linked devices, Link a device',
  fields: [
    {
      displayName: 'Scan the picture within 20 seconds or so, then run the node again for a fresh one',
      name: 'scanNotice',
      type: 'notice',
      default: '',
    },
    sessionIdField(
      'The session to link. Leave empty for the one that has no number yet, or for a first one.',
      'The one without a number',
    ),
    {
      displayName: 'Put Output File in Field',
      name: 'binaryPropertyName',
      type: 'string',
      default: 'data',
      required: true,
      hint: 'The name of the output field that gets the picture',
      description: 'Name of the binary field of the output item that gets the picture, a PNG',
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
  return await callEngine(context, { method: 'GET', path: sessionPath(sessionId), itemIndex });
}

/** WhatsApp gives the first code a moment after it is asked for one: until then the engine says "not yet". */
async function readPicture(
  context: IExecuteFunctions,
  sessionId: string,
  itemIndex: number,
): Promise<Buffer> {
  for (let triesLeft = TRIES - 1; ; triesLeft -= 1) {
    const picture = await callEngine<ArrayBuffer>(context, {
      method: 'GET',
      path: `${sessionPath(sessionId)}/qr`,
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
