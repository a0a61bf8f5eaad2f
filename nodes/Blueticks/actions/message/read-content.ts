import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readList } from '../read-list';
import { readText } from '../read-text';

/** The engine takes 15,728,640 characters of base64, which is this many bytes. */
const LARGEST_FILE_BYTES = (15_728_640 / 4) * 3;

/**
 * The content of the message that the fields describe, as the engine's body fields: `text`, `media` or `poll`.
 * What is left empty is left out; the engine says what is missing.
 */
export async function readContent(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const type = context.getNodeParameter('type', itemIndex, 'text') as string;
  const text = readText(context, 'text', itemIndex);
  if (type === 'media') return await readMedia(context, itemIndex, text);
  if (type === 'poll') return readPoll(context, itemIndex);
  return text ? { text } : {};
}

async function readMedia(context: IExecuteFunctions, itemIndex: number, text: string): Promise<IDataObject> {
  const caption = text ? { caption: text } : {};
  if (context.getNodeParameter('mediaSource', itemIndex, 'url') === 'binary') {
    const file = await readBinary(context, itemIndex);
    return file ? { media: { ...file, ...caption } } : captionOnly(text);
  }
  const url = readText(context, 'mediaUrl', itemIndex).trim();
  return url ? { media: { url, ...caption } } : captionOnly(text);
}

function captionOnly(text: string): IDataObject {
  return text ? { media_caption: text } : {};
}

async function readBinary(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject | undefined> {
  const name = readText(context, 'binaryPropertyName', itemIndex);
  if (!name) return undefined;
  const { fileName } = context.helpers.assertBinaryData(itemIndex, name);
  const content = await context.helpers.getBinaryDataBuffer(itemIndex, name);
  if (content.length > LARGEST_FILE_BYTES) {
    throw new Error(
      `Input Binary Field: the file has ${(content.length / 1e6).toFixed(1)} MB, and at most ${(LARGEST_FILE_BYTES / 1e6).toFixed(1)} MB can be sent from n8n. Put it on the web and give its address.`,
    );
  }
  return { data_base64: content.toString('base64'), ...(fileName ? { filename: fileName } : {}) };
}

function readPoll(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const question = readText(context, 'pollQuestion', itemIndex);
  const options = readList(context.getNodeParameter('pollOptions', itemIndex, []));
  return question || options.length ? { poll: { question, options } } : {};
}
