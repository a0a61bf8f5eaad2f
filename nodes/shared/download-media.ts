import type { IBinaryKeyData, IDataObject, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';
import { callEngine } from './call-engine';

/** The binary property for the first file. n8n's own nodes use the same name, and number the others. */
const PROPERTY = 'data';

const propertyOf = (nth: number): string => (nth === 0 ? PROPERTY : `${PROPERTY}${nth}`);

/**
 * Adds the file of a received message, or the files of a burst, to the item as binary data. Only the path of a file's URL
 * is used, on the credential's engine: its host is what the engine thinks its address is, which n8n may not reach
 * (container, proxy). If a download fails, the workflow still runs, and the `error` of that file says why.
 */
export async function withMedia(
  context: IWebhookFunctions,
  item: INodeExecutionData,
): Promise<INodeExecutionData> {
  const given = item.json.media as IDataObject | IDataObject[] | null | undefined;
  const all = Array.isArray(given) ? given : given ? [given] : [];
  const binary: IBinaryKeyData = {};
  const shown: IDataObject[] = [];
  // One after the other: they are held in memory.
  for (const [nth, media] of all.entries()) {
    shown.push(await addFile(context, media, binary, propertyOf(nth)));
  }
  if (all.length === 0) return item;
  const json = { ...item.json, media: Array.isArray(given) ? shown : shown[0] };
  return Object.keys(binary).length > 0 ? { ...item, json, binary } : { ...item, json };
}

/** Downloads a file into `binary`. @returns what is shown of it */
async function addFile(
  context: IWebhookFunctions,
  media: IDataObject,
  binary: IBinaryKeyData,
  property: string,
): Promise<IDataObject> {
  const path = pathOf(media.url);
  if (path === null) return media;
  try {
    const content = await callEngine<ArrayBuffer>(context, { method: 'GET', path, answer: 'buffer' });
    const filename = typeof media.filename === 'string' ? media.filename : undefined;
    const { helpers } = context;
    binary[property] = await helpers.prepareBinaryData(Buffer.from(content), filename, String(media.mime));
    return media;
  } catch (error) {
    return { ...media, error: (error as Error).message };
  }
}

/** The path of a file on the engine; null if the URL does not name one. */
function pathOf(url: unknown): string | null {
  return /\/v1\/media\/[^/?#]+\?[^#]+$/.exec(String(url ?? ''))?.[0] ?? null;
}
